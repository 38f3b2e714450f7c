import re

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client

from accounts import refresh
from accounts.errors import InvalidToken
from accounts.jobs import send_password_reset
from accounts.models import RefreshToken, Session
from tests.accounts.people import PASSWORD, make_user

NEW = "an entirely different phrase"


def change(client, old=PASSWORD, new=NEW):
    return client.post(
        "/accounts/password",
        {"old_password": old, "new_password1": new, "new_password2": new},
    )


def ask(client, email="minji@example.com"):
    return client.post("/accounts/password-reset", {"email": email})


def link_in_mail():
    return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]


def test_a_new_password_signs_out_everything_else(client, minji):
    elsewhere, stranger = Client(), Client()
    for browser in (client, elsewhere):
        browser.force_login(minji)
    stranger.force_login(make_user("sora"))
    app = refresh.start_family(user=minji, device="app")
    old_key = client.session.session_key

    assert change(client).status_code == 302

    assert get_user(client) == minji
    assert client.session.session_key != old_key
    assert not get_user(elsewhere).is_authenticated
    assert get_user(stranger).is_authenticated
    assert Session.objects.filter(user=minji).count() == 1
    with pytest.raises(InvalidToken):
        refresh.rotate(app)


@pytest.mark.parametrize(("old", "new"), [("wrong", NEW), (PASSWORD, "short")])
def test_a_wrong_or_weak_password_changes_nothing(client, minji, old, new):
    client.force_login(minji)

    assert change(client, old, new).status_code == 200

    minji.refresh_from_db()
    assert minji.check_password(PASSWORD)


def test_the_old_password_cannot_be_guessed_at_will(client, minji):
    client.force_login(minji)

    answers = [change(client, old="guess").status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


def test_the_page_is_for_those_who_are_signed_in(client, db):
    assert client.get("/accounts/password")["Location"].startswith("/accounts/sign-in")


@pytest.mark.parametrize("email", ["minji@example.com", "nobody@example.com"])
def test_asking_says_and_does_the_same_for_every_address(
    client, minji, email, django_capture_on_commit_callbacks, django_assert_num_queries
):
    with django_capture_on_commit_callbacks() as doors, django_assert_num_queries(0):
        response = ask(client, email)

    assert response["Location"] == "/accounts/password-reset/sent"
    assert not mail.outbox
    assert len(doors) == 1


def test_the_mail_is_for_whoever_has_the_address(minji, mailoutbox):
    send_password_reset("MINJI@example.com", "testserver", False)
    send_password_reset("nobody@example.com", "testserver", False)

    assert [letter.to for letter in mailoutbox] == [["Minji@example.com"]]


def test_a_link_is_good_once_and_ends_what_was_signed_in(client, minji, mailoutbox):
    elsewhere = Client()
    elsewhere.force_login(minji)
    refresh.start_family(user=minji, device="app")
    send_password_reset(minji.email, "testserver", False)
    link = link_in_mail()

    form = client.get(link)["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})

    minji.refresh_from_db()
    assert minji.check_password(NEW)
    assert not get_user(elsewhere).is_authenticated
    assert not RefreshToken.objects.exists()
    assert client.get(link).context["validlink"] is False


def test_a_forged_link_is_no_longer_good(client, minji):
    page = client.get("/accounts/password-reset/MQ/abc-def")

    assert page.status_code == 200
    assert page.context["validlink"] is False


def test_nobodys_mailbox_is_flooded(client, minji):
    answers = [ask(client).status_code for _ in range(4)]

    assert answers == [302, 302, 302, 429]
    assert ask(client, "nobody@example.com").status_code == 302
