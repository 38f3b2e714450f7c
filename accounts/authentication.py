from typing import cast

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.errors import InvalidToken
from accounts.models import User
from accounts.tokens import read_access

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access>`: no query until more than the user's id is asked for."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the user by id alone; the row is read, and must be active, when it is used."""
        user_id = bearer_user_id(request)
        return None if user_id is None else (User.known_by_id(user_id), None)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="api"'


def signed_in(request: HttpRequest | Request) -> User:
    """Return who is signed in, where only signed-in people come."""
    return cast(User, request.user)


def bearer_user_id(request: HttpRequest | Request) -> int | None:
    """Return whose access token `request` carries, None for none; no query.

    For plain views on the hot path: whether the user is still active is for their statement to
    ask. A token that is not good raises `InvalidToken`.
    """
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != SCHEME:
        return None
    if not token:
        raise InvalidToken
    return read_access(token.strip())
