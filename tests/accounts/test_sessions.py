from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts import refresh
from accounts.jobs import sweep_sign_ins
from accounts.middleware import AuthenticationMiddleware, SessionMiddleware
from accounts.models import RefreshToken, Session, User
from accounts.sessions import SessionStore
from tests.accounts.people import make_user


def visit(key, view):
    """Return what `view` answers to the browser with session `key`, through both middlewares."""
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = key
    return SessionMiddleware(AuthenticationMiddleware(view))(request)


def name(request):
    return HttpResponse(str(request.user))


def session_of(client):
    return client.cookies["sessionid"].value


def test_a_session_and_its_user_are_one_query(client, minji, django_assert_num_queries):
    client.force_login(minji)

    with django_assert_num_queries(1):
        assert visit(session_of(client), name).content == b"minji"


def test_a_visitor_without_a_cookie_costs_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert visit("", name).content == b"AnonymousUser"


def test_a_session_names_its_user(client, minji):
    client.force_login(minji)

    assert minji.sessions.get().session_key == session_of(client)


@pytest.mark.parametrize(
    "end",
    [
        lambda user: User.objects.update(is_active=False),
        lambda user: user.delete(),
        lambda user: Session.objects.all().delete(),
        lambda user: (user.set_password("changed behind the back"), user.save()),
    ],
    ids=["deactivated", "deleted", "signed out", "password changed"],
)
def test_a_user_who_is_gone_is_signed_out_at_once(client, minji, end):
    client.force_login(minji)
    end(minji)

    assert visit(session_of(client), name).content == b"AnonymousUser"


@pytest.mark.parametrize(
    ("key", "value"),
    [(HASH_SESSION_KEY, "0"), (BACKEND_SESSION_KEY, "some.other.Backend"), (SESSION_KEY, "0")],
)
def test_a_session_that_does_not_add_up_is_nobodys(client, minji, key, value):
    client.force_login(minji)
    stored = SessionStore(session_of(client))
    said = dict(stored.items()) | {key: value}
    Session.objects.update(session_data=stored.encode(said))

    assert visit(session_of(client), name).content == b"AnonymousUser"


def test_a_session_of_one_with_the_data_of_another_is_not_the_others(client, minji):
    client.force_login(minji)
    Session.objects.update(user=make_user("thief"))

    assert visit(session_of(client), name).content == b"minji"


def test_a_session_outlives_a_new_secret_key(client, minji, settings):
    client.force_login(minji)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key for the same people"

    assert visit(session_of(client), name).content == b"minji"


def test_a_session_that_ends_meanwhile_does_not_spoil_the_answer(client, minji):
    def slow(request):
        request.session["basket"] = 1
        Session.objects.all().delete()
        return HttpResponse("done")

    client.force_login(minji)
    response = visit(session_of(client), slow)

    assert response.content == b"done"
    assert response.cookies["sessionid"].value == ""
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_async_views_know_who_is_signed_in(client):
    client.force_login(make_user())

    def ask(request):
        return HttpResponse(str(async_to_sync(request.auser)()))

    assert visit(session_of(client), ask).content == b"minji"


def test_the_admin_lists_and_finds_people(client, minji):
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))

    assert "Minji@example.com" in client.get("/admin/accounts/user/?q=minj").content.decode()
    assert client.get(f"/admin/accounts/user/{minji.pk}/change/").status_code == 200
    assert client.get("/admin/accounts/user/add/").status_code == 200


def test_an_operator_makes_a_user_with_an_address_for_a_name(client, db):
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    secret = "a phrase nobody knows"

    client.post(
        "/admin/accounts/user/add/",
        {
            "username": "sora@example.com",
            "usable_password": "true",
            "password1": secret,
            "password2": secret,
        },
    )

    assert User.objects.get(username="sora@example.com").email == "sora@example.com"


def test_what_time_has_ended_is_swept(client, minji):
    client.force_login(minji)
    client.session.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    refresh.start_family(user=minji, device="old")
    RefreshToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refresh.start_family(user=minji, device="new")

    sweep_sign_ins()

    assert not Session.objects.exists()
    assert RefreshToken.objects.get().device == "new"
