import re

import pytest
from django.contrib.auth import get_user
from django.test import Client

from accounts.models import Session, User
from tests.accounts.people import PASSWORD, make_user

SIGN_IN = "/accounts/sign-in"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(client, name="minji", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": name, "password": password, **more})


@pytest.mark.parametrize("name", ["minji", "Minji@Example.com"])
def test_one_signs_in_by_name_or_address(client, minji, name):
    response = sign_in(client, name)

    assert response.status_code == 302
    assert get_user(client) == minji


@pytest.mark.parametrize(
    ("name", "password"),
    [("minji", "wrong"), ("nobody", PASSWORD), ("nobody@example.com", PASSWORD), ("a\0b", "x")],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(client, minji, name, password):
    response = sign_in(client, name, password)

    assert response.status_code == 200
    assert not get_user(client).is_authenticated
    if "\0" not in name:
        assert response.context["form"].non_field_errors() == ["The name or the password is wrong."]


def test_a_deactivated_user_is_told_nothing_more(client, minji):
    User.objects.update(is_active=False)

    response = sign_in(client)

    assert response.context["form"].non_field_errors() == ["The name or the password is wrong."]


def test_the_session_key_changes_at_sign_in_and_the_old_one_is_worth_nothing(client, minji):
    planted = client.session
    planted["basket"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key

    sign_in(client)

    assert client.session.session_key != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


@pytest.mark.parametrize(
    "next_page",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_nobody_is_led_away(client, minji, next_page):
    assert sign_in(client, next=next_page)["Location"] == "/"


def test_one_goes_on_where_one_was(client, minji):
    assert sign_in(client, next="/events/7?x=1")["Location"] == "/events/7?x=1"


def test_the_pages_speak_the_language_of_whoever_signs_in(client, db):
    make_user("sora", language="en")

    response = sign_in(client, "sora")

    assert response.cookies["django_language"].value == "en"


def test_the_device_is_remembered(client, minji):
    client.defaults["HTTP_USER_AGENT"] = FIREFOX
    sign_in(client)

    page = client.get("/accounts/")

    assert "Firefox · Linux" in page.content.decode()


def test_too_many_tries_are_told_to_wait(client, minji):
    for _ in range(10):
        assert sign_in(client, password="guess").status_code == 200

    response = sign_in(client)

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Please wait a moment" in response.content.decode()
    assert 'value="minji"' in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert not get_user(client).is_authenticated


def test_the_wait_is_for_one_name_from_one_address(client, minji):
    make_user("sora")
    for _ in range(11):
        sign_in(client, password="guess")

    assert sign_in(client, "sora").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="203.0.113.5")).status_code == 302


def test_a_forged_address_does_not_help(client, minji):
    for number in range(10):
        client.post(
            SIGN_IN,
            {"username": "minji", "password": "guess"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )

    assert sign_in(client).status_code == 429


def test_an_office_may_sign_in_from_one_address(client, minji):
    for _ in range(120):
        assert sign_in(Client()).status_code == 302


def test_sign_in_is_paced_with_redis_gone(client, minji, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for _ in range(10):
        assert sign_in(client, "minji", "guess").status_code == 200

    assert sign_in(client).status_code == 429


def test_the_admin_has_the_same_door(client, minji):
    for _ in range(10):
        client.post("/admin/login/", {"username": "minji", "password": "guess"})

    response = client.post("/admin/login/", {"username": "minji", "password": PASSWORD})

    assert response.status_code == 429


def test_signing_out_ends_the_session(client, minji):
    sign_in(client)
    key = client.session.session_key

    assert client.get("/accounts/sign-out").status_code == 405
    client.post("/accounts/sign-out")

    assert not Session.objects.filter(session_key=key).exists()
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    "path",
    [
        "sign-in",
        "sign-up",
        "sign-out",
        "sign-out-everywhere",
        "",
        "password",
        "password-reset",
        "password-reset/MQ/set-password",
    ],
)
def test_nothing_is_done_for_a_page_of_somebody_else(minji, path):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(minji)

    assert careful.post(f"/accounts/{path}", {"username": "x"}).status_code == 403


def test_every_field_has_a_label_and_its_error_is_tied_to_it(client, minji):
    page = client.post("/accounts/sign-up", {"username": "two words"}).content.decode()

    fields = re.findall(r'<(?:input|select)[^>]* id="(id_\w+)"[^>]*>', page)
    assert {"id_username", "id_password", "id_email", "id_emp_no", "id_language"} <= set(fields)
    for field in fields:
        assert f'<label for="{field}">' in page
    username = re.search(r'<input[^>]*name="username"[^>]*>', page)[0]
    assert re.search(r'aria-describedby="[^"]*\bid_username_error\b', username)
    assert 'id="id_username_error"' in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page.partition("<main")[2])


def test_unknown_names_take_as_long_as_known_ones(minji, settings):
    """Count the work instead of the time: one hash either way."""
    from django.contrib.auth import authenticate
    from django.contrib.auth.hashers import get_hasher

    settings.PASSWORD_HASHERS = ["tests.accounts.counting.CountingHasher"]
    hasher = get_hasher()
    minji.set_password(PASSWORD)
    minji.save()

    work = []
    for name in ("minji", "nobody"):
        before = hasher.num_hashes()
        assert authenticate(username=name, password="guess") is None
        work.append(hasher.num_hashes() - before)

    assert work == [1, 1]
