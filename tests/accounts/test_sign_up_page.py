import pytest
from django.contrib.auth import get_user

from accounts.models import User
from tests.accounts.people import PASSWORD

SORA = {"username": "sora", "password": PASSWORD, "language": "en"}


def sign_up(client, **more):
    return client.post("/accounts/sign-up", SORA | more)


def test_somebody_new_is_signed_in_at_once_and_goes_on(client, db):
    response = sign_up(client, next="/events/7", email="sora@example.com", emp_no="1001")

    sora = User.objects.get()
    assert response["Location"] == "/events/7"
    assert get_user(client) == sora
    assert (sora.email, sora.emp_no, sora.language) == ("sora@example.com", "1001", "en")
    assert response.cookies["django_language"].value == "en"


def test_an_address_is_a_name(client, db):
    sign_up(client, username="sora@example.com")

    assert User.objects.get().email == "sora@example.com"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "MINJI"),
        ("username", "so ra"),
        ("username", "so\0ra"),
        ("username", "x" * 151),
        ("email", "MINJI@example.com"),
        ("email", "no address"),
        ("password", "short"),
        ("password", "12345678901"),
        ("password", "sora"),
        ("password", "x" * 129),
        ("language", "fr"),
        ("emp_no", "1" * 33),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client, minji, field, value):
    response = sign_up(client, **{field: value})

    assert response.status_code == 200
    assert User.objects.count() == 1
    errors = response.context["form"].errors
    assert errors, errors
    assert set(errors) <= {field, "__all__"}


def test_a_strangers_address_is_no_name(client, db):
    response = sign_up(client, username="minji@example.com", email="sora@example.com")

    assert response.context["form"].errors
    assert not User.objects.exists()


def test_nobody_is_led_away(client, db):
    assert sign_up(client, next="//evil.example")["Location"] == "/"


def test_too_many_are_told_to_wait(client, db):
    answers = [sign_up(client, username=f"sora{n}").status_code for n in range(61)]

    assert answers == [302] * 60 + [429]
