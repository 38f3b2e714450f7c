"""Who opened a socket: nobody in particular until a private topic is asked for.

The session cookie signs in, or a one-time ticket in the address. A token that lives longer does
not belong in an address.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from accounts.middleware import session_user
from accounts.sessions import SessionStore
from realtime.badges import Badge
from realtime.errors import TokenInAddress
from realtime.reading import read
from realtime.tickets import redeem_ticket

TOKENS = ("access", "access_token", "auth", "authorization", "bearer", "jwt", "token")

User = AbstractBaseUser | AnonymousUser


class Visitor:
    """What a handshake tells: address, cookies, language, and by and by the user."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        headers = dict(scope["headers"])
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=20)
        self.address = (scope.get("client") or ("",))[0]
        self.host = headers.get(b"host", b"").decode("latin-1")
        self.origin = headers[b"origin"].decode("latin-1") if b"origin" in headers else None
        self.query: dict[str, str] = {name: values[-1] for name, values in query.items()}
        self.cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
        self._accepts = headers.get(b"accept-language", b"").decode("latin-1")
        self._user: User | None = None
        self._by_ticket = False

    async def redeem(self) -> None:
        """Sign in with the ticket of the address, if there is one; raise what refuses it."""
        if any(name in self.query for name in TOKENS):
            raise TokenInAddress
        if "ticket" in self.query:
            self._user = await read(_load_ticket_user, self.query["ticket"])
            self._by_ticket = True

    async def user(self) -> User:
        """Return the user, read when first asked for."""
        if self._user is None:
            key = self._session_key
            self._user = await read(_load_session_user, key) if key else AnonymousUser()
        return self._user

    @property
    def badge(self) -> Badge:
        """Return by what the user is let in."""
        if self._by_ticket and self._user is not None:
            return Badge(user_id=int(self._user.pk or 0))
        return Badge(session=self._session_key)

    @property
    def person(self) -> str | None:
        """Return a name by which this person's sockets can be counted, at no query."""
        if self._user is not None and self._user.is_authenticated:
            return f"user {self._user.pk}"
        key = self._session_key
        return f"session {hashlib.sha256(key.encode()).hexdigest()}" if key else None

    @property
    def language(self) -> str:
        """Return the language to speak: the address's, else as every page decides it."""
        asked = self.query.get("language", "").lower()
        if asked in dict(settings.LANGUAGES):
            return asked
        request = HttpRequest()
        request.COOKIES = self.cookies
        request.META["HTTP_ACCEPT_LANGUAGE"] = self._accepts
        return str(translation.get_language_from_request(request))

    @property
    def _session_key(self) -> str:
        """Return the key of the session that may be there; one that no database takes is none."""
        key = self.cookies.get(settings.SESSION_COOKIE_NAME, "")
        return key if key.isascii() and key.isalnum() else ""


def _load_session_user(key: str) -> User:
    request = HttpRequest()
    request.session = SessionStore(key)
    return session_user(request)


def _load_ticket_user(ticket: str) -> User:
    user_id = redeem_ticket(ticket)
    users = get_user_model().objects.filter(pk=user_id, is_active=True)
    return users.first() or AnonymousUser()
