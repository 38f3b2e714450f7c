import threading

import pytest
from django.db import connection
from django.test import Client

from accounts.models import RefreshToken, User
from accounts.tokens import read_access
from tests.accounts.people import PASSWORD, bearer, make_user

SORA = {"username": "sora", "password": PASSWORD}
NULL_BYTES = '{"username": "\\u0000", "password": "\\u0000", "refresh": "\\u0000"}'


def post(client, path, body):
    return client.post(f"/api/auth/{path}", body, content_type="application/json")


def test_somebody_new_gets_tokens(client, db):
    response = post(client, "register", SORA | {"emp_no": "1001"})

    body = response.json()
    assert response.status_code == 201
    assert set(body) == {"access", "refresh", "expires_in"}
    assert body["expires_in"] == 900
    assert response["Cache-Control"] == "no-store"
    assert User.objects.get(emp_no="1001").pk == read_access(body["access"])


@pytest.mark.parametrize("name", ["minji", "MINJI@example.com"])
def test_one_signs_in_by_name_or_address(client, minji, name):
    response = post(client, "token", {"username": name, "password": PASSWORD})

    assert response.status_code == 200
    assert read_access(response.json()["access"]) == minji.pk


@pytest.mark.parametrize("name", ["minji", "nobody"])
def test_a_wrong_password_and_a_wrong_name_are_told_alike(client, minji, name):
    response = post(client, "token", {"username": name, "password": "wrong"})

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "wrong_password"


def test_a_token_shows_who_one_is_in_one_query(client, minji, django_assert_num_queries):
    access = post(client, "token", {"username": "minji", "password": PASSWORD}).json()["access"]

    with django_assert_num_queries(1):
        response = client.get("/api/auth/me", headers=bearer(access))

    assert response.json() == {
        "id": str(minji.pk),
        "username": "minji",
        "name": "",
        "email": "Minji@example.com",
        "emp_no": None,
        "language": "ko",
        "is_staff": False,
    }


def test_a_session_shows_who_one_is_in_one_query(client, minji, django_assert_num_queries):
    client.force_login(minji)

    with django_assert_num_queries(1):
        assert client.get("/api/auth/me").json()["username"] == "minji"


@pytest.mark.parametrize("headers", [{}, bearer("x.y.z"), bearer("")])
def test_nobody_is_a_401_with_a_challenge(client, db, headers):
    response = client.get("/api/auth/me", headers=headers)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_refreshing_and_signing_out(client, minji):
    first = post(client, "token", {"username": "minji", "password": PASSWORD}).json()["refresh"]
    second = post(client, "token/refresh", {"refresh": first}).json()["refresh"]

    assert post(client, "token/revoke", {"refresh": second}).status_code == 204
    response = post(client, "token/refresh", {"refresh": second})

    assert response.status_code == 401
    assert response.json()["code"] == "invalid_token"


def test_a_replayed_refresh_signs_the_app_out(client, minji):
    first = post(client, "token", {"username": "minji", "password": PASSWORD}).json()["refresh"]
    second = post(client, "token/refresh", {"refresh": first}).json()["refresh"]

    answers = [post(client, "token/refresh", {"refresh": t}).status_code for t in (first, second)]

    assert answers == [401, 401]
    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"username": "MINJI"}, "name_taken"),
        ({"email": "MINJI@example.com"}, "email_taken"),
        ({"emp_no": "1001"}, "emp_no_taken"),
    ],
)
def test_what_is_taken_is_a_409(client, db, body, code):
    make_user("minji", email="minji@example.com", emp_no="1001")

    response = post(client, "register", SORA | body)

    assert (response.status_code, response.json()["code"]) == (409, code)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "sora",
        {"username": "sora"},
        SORA | {"username": ""},
        SORA | {"username": "so ra"},
        SORA | {"username": "so\0ra"},
        SORA | {"username": ["sora"]},
        SORA | {"username": {"$ne": 1}},
        SORA | {"username": "x" * 200},
        SORA | {"password": "short"},
        SORA | {"password": "pass\0word" * 3},
        SORA | {"password": "x" * 5000},
        SORA | {"password": 12345678},
        SORA | {"email": "none"},
        SORA | {"emp_no": "1" * 33},
        SORA | {"emp_no": "1\0"},
        SORA | {"language": "xx"},
        SORA | {"username": "a@example.com", "email": "b@example.com"},
    ],
    ids=str,
)
def test_a_body_that_makes_no_sense_is_a_400(client, db, body):
    response = post(client, "register", body)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["register", "token", "token/refresh", "token/revoke"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("null", "application/json", 400),
        ('"\\ud800"', "application/json", 400),
        (NULL_BYTES, "application/json", 400),
        ("username=a", "application/x-www-form-urlencoded", 415),
        ("x", "text/plain", 415),
    ],
)
def test_a_bad_body_is_its_own_4xx(client, db, path, body, content_type, status):
    response = client.post(f"/api/auth/{path}", body, content_type=content_type)

    assert response.status_code == status
    assert response.json()["code"]


def test_a_refresh_token_of_a_megabyte_is_refused(client, db):
    assert 400 <= post(client, "token/refresh", {"refresh": "x" * 1_000_000}).status_code < 500


def test_a_cookie_counts_only_with_the_csrf_token(minji):
    """The doors of the API take no cookie at all, so there is nothing to forge."""
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(minji)

    assert post(careful, "token", {"username": "minji", "password": PASSWORD}).status_code == 200


def test_guessing_is_paced(client, minji):
    for _ in range(10):
        assert post(client, "token", {"username": "minji", "password": "no"}).status_code == 401

    response = post(client, "token", {"username": "minji", "password": PASSWORD})

    assert response.status_code == 429
    assert response.json()["code"] == "slow_down"
    assert int(response["Retry-After"]) == response.json()["retry_after"] > 0


def test_sign_up_is_paced(client, db):
    answers = [post(client, "register", SORA | {"username": f"s{n}"}) for n in range(61)]

    assert [answer.status_code for answer in answers] == [201] * 60 + [429]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_with_one_name_one_gets_it():
    together, answers = threading.Barrier(6), []

    def register():
        client = Client()
        try:
            together.wait()
            answer = post(client, "register", SORA)
            answers.append((answer.status_code, answer.json().get("code")))
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(answers, key=str) == [(201, None)] + [(409, "name_taken")] * 5
    assert User.objects.count() == 1
