from functools import partial
from typing import cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import auth
from django.contrib.auth import middleware as auth_middleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions import middleware as session_middleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.sessions import SessionStore


class SessionMiddleware(session_middleware.SessionMiddleware):
    """Django's, except that a session that ended meanwhile does not spoil the answer."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; where somebody signed it out meanwhile, let go of the cookie."""
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            response.delete_cookie(
                settings.SESSION_COOKIE_NAME,
                path=settings.SESSION_COOKIE_PATH,
                domain=settings.SESSION_COOKIE_DOMAIN,
                samesite=settings.SESSION_COOKIE_SAMESITE,  # type: ignore[arg-type]
            )
            return response


class AuthenticationMiddleware(auth_middleware.AuthenticationMiddleware):
    """Django's, with the user that was read together with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(session_user, request))  # type: ignore[assignment]
        request.auser = partial(_asession_user, request)


def session_user(request: HttpRequest) -> User | AnonymousUser:
    """Return who is signed in, at the price of the session's own query."""
    return _read_with_session(request) or auth.get_user(request)


def _read_with_session(request: HttpRequest) -> User | None:
    """Return the session's user if all is plain; the odd cases are for Django to judge."""
    session = cast(SessionStore, request.session)
    named = session.get(auth.SESSION_KEY)  # reads the session, and its user with it
    user = session.user
    if user is None or not user.is_active or named != str(user.pk):
        return None
    if session.get(auth.BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    proof = session.get(auth.HASH_SESSION_KEY, "")
    return user if constant_time_compare(proof, user.get_session_auth_hash()) else None


async def _asession_user(request: HttpRequest) -> User | AnonymousUser:
    await sync_to_async(lambda: request.user.pk)()  # read where waiting is allowed, once
    return request.user
