from django.utils import translation

from realtime.topics import Change
from ticketing.live import fragments


def viewers(number, language):
    change = Change("viewers.event.7", "viewers_updated", 1, {"id": "7", "viewers": number})
    with translation.override(language):
        return fragments(change)


def test_a_page_says_how_many_look_at_an_event():
    assert 'id="event-7-viewers" hx-swap-oob="true">지금 1,234명이 보고 있어요' in viewers(
        1234, "ko"
    )
    assert "2 people are looking at this now" in viewers(2, "en")


def test_who_looks_alone_is_told_nothing():
    assert "hidden" in viewers(1, "ko")
    assert "hidden" not in viewers(2, "ko")


def test_the_page_has_the_place_for_it(client, concert):
    page = client.get(f"/events/{concert.pk}").content.decode()

    assert f'<p class="viewers" id="event-{concert.pk}-viewers" hidden>' in page
