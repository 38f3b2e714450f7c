"""The pages of a waiting room, as they are without script."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from config.env import BASE_DIR
from queueing.draw import make_seed, place_of
from queueing.models import WaitingRoom
from queueing.rooms import forget_all
from queueing.waits import name_wait
from tests.queueing.rooms import a_room

FIGURES = {
    **dict.fromkeys(("frontier", "last", "waiting", "active", "early", "held", "per_minute"), 0),
    "id": "7",
    "mode": "on",
    "state": "waiting",
    "epoch": 1,
    "threshold": 5,
    "available": 9,
    "speed": 0.0,
    "range": None,
    "hit_rate": None,
    "reason": None,
    "opens_at": None,
    "message": "",
    "message_en": "",
}
SENTENCES = [
    ({"reason": "paused"}, "The line is paused.", "입장이 잠시 멈췄어요."),
    ({"reason": "recovering"}, "All places are kept.", "자리는 모두 그대로예요."),
    ({"reason": "sold_out", "held": 3}, "in carts right now", "모든 티켓이 결제 중이에요."),
    ({"reason": "sold_out"}, "All tickets are sold.", "티켓이 모두 팔렸어요."),
    ({"reason": "upcoming"}, "Nothing is on sale", "판매 중인 티켓이 없어요."),
    ({"reason": "drain"}, "Nobody new can join.", "새로 줄을 설 수 없어요."),
    ({"reason": "drawing"}, "Places are being drawn.", "자리를 추첨하고 있어요."),
    ({"mode": "closed"}, "The line is closed.", "줄이 닫혔어요."),
]


def show(language="en", **figures):
    with translation.override(language):
        return render_to_string("queueing/fragments/room.html", {**FIGURES, **figures})


def said(response):
    """Return the words of a page."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<template.*?</template>|<[^>]+>", " ", main, flags=re.S))


@pytest.fixture
def client():
    return Client(headers={"Accept-Language": "en"})


@pytest.mark.parametrize(("figures", "english", "korean"), SENTENCES)
def test_a_line_that_stands_still_says_why(figures, english, korean):
    assert english in show(**figures)
    assert korean in show("ko", **figures)


def test_a_line_that_moves_gives_no_reason():
    assert "line-reason" not in show()
    assert 'data-say=""' in show()


def test_operators_are_read_in_the_language_of_the_reader():
    words = {"message": "곧 시작해요.", "message_en": "Soon."}

    assert "Soon." in show("en", **words)
    assert "곧 시작해요." in show("ko", **words)
    assert "곧 시작해요." in show("en", message="곧 시작해요.")
    assert "&lt;b&gt;" in show("en", message="<b>")


def test_newcomers_are_told_their_wait_even_across_a_gap_of_numbers():
    line = {"frontier": 100, "last": 159, "waiting": 60, "speed": 0.5, "range": [0.5, 1.5]}

    assert "about 1 to 3 minutes" in show(**line)
    gap = {**line, "last": 10_060, "per_minute": 30}
    assert "about 1 to 4 minutes" in show(**gap)
    assert "If you join now" not in show(**line, reason="paused")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 20, "less than a minute"),
        (30, 90, "less than 2 minutes"),
        (120, 120, "about 2 minutes"),
        (130, 230, "about 2 to 4 minutes"),
        (700, 1300, "about 10 to 25 minutes"),
        (2500, 8000, "about 40 minutes to 3 hours"),
        (20, 8000, "less than 3 hours"),
        (3700, 9000, "about 1 to 3 hours"),
    ],
)
def test_waits_are_said_no_finer_than_anybody_can_know(low, high, words):
    with translation.override("en"):
        assert name_wait(low, high) == words


def test_the_recipe_on_the_page_draws_as_we_do():
    recipe = {}
    exec((BASE_DIR / "templates/queueing/recipe.txt").read_text(), recipe)
    seed = make_seed()

    for count in (1, 2, 10, 1001):
        numbers = [recipe["number_of"](ticket, seed, count) for ticket in range(1, count + 1)]
        assert numbers == [
            place_of(ticket, seed=seed, count=count) for ticket in range(1, count + 1)
        ]


@pytest.mark.django_db(transaction=True)
def test_the_plain_page_lines_up_refreshes_itself_and_leaves(client):
    event = a_room(threshold=1).event
    line = f"/events/{event.pk}/line"
    assert "You are not in the line yet" in said(client.get(line))

    client.post(line)
    page = client.get(line)
    assert "You are in line" in said(page)
    assert re.search(
        r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', str(page.content)
    )
    assert client.cookies[f"place-{event.pk}"].value
    client.post(f"{line}/leave")

    assert "You are not in the line yet" in said(client.get(line))


@pytest.mark.django_db(transaction=True)
def test_who_has_lost_a_place_is_told_so(client):
    room = a_room(threshold=1)
    line = f"/events/{room.event_id}/line"
    client.post(line)
    client.cookies[f"place-{room.event_id}"] = "7.u5.1.1.0:old"
    del client.cookies["guest"]

    assert "You are not in the line any more" in said(client.get(line))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("mode", "words"), [("closed", "The line is closed"), ("drain", "Nobody new can join")]
)
def test_a_line_that_takes_nobody_has_no_button(client, mode, words):
    room = a_room(mode=mode)

    page, door = (client.get(f"/events/{room.event_id}{path}") for path in ("/line", ""))

    assert words in said(page)
    assert words in said(door)
    assert "Join the line" not in said(page) + said(door)


@pytest.mark.django_db(transaction=True)
def test_the_secret_of_a_draw_is_told_after_it_only(client):
    room = a_room(seed="ab" * 32, seed_hash="cd" * 32)
    draw = f"/events/{room.event_id}/line/draw"
    WaitingRoom.objects.filter(pk=room.pk).update(opens_at="2030-01-01T00:00Z")
    before = said(client.get(draw))

    WaitingRoom.objects.filter(pk=room.pk).update(num_drawn=3)
    forget_all()
    after = said(client.get(draw))

    assert "cd" * 32 in before
    assert "ab" * 32 not in before
    assert "ab" * 32 in after
