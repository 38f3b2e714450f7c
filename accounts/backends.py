from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User
from core.addresses import client_address
from core.throttle import Key, Limit, give_back, spend

# A whole office signs in from one address; a rightful sign-in gives its attempt back.
PER_NAME = Limit("sign-in-name", times=10, seconds=300)
PER_ADDRESS = Limit("sign-in", times=100, seconds=300)


class NameOrEmail(ModelBackend):
    """Signs in by user name or e-mail and password, at no more than a human's pace."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **other: Any,
    ) -> User | None:
        """Return the user; None if name or password is wrong, `SlowDown` after too many tries."""
        if not username or password is None:
            return None
        attempts = _attempts(request, username) if request is not None else ()
        spend(*attempts)
        user = self._verified(username, password)
        if user is not None:
            give_back(*attempts)
        return user

    def _verified(self, name: str, password: str) -> User | None:
        user = None if "\0" in name else User.objects.named(name).first()
        if user is None:
            User().set_password(password)  # as long as it takes for a user who exists
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def _attempts(request: HttpRequest, name: str) -> tuple[Key, ...]:
    address = client_address(request)
    return PER_ADDRESS.key(address), PER_NAME.key(address, name.lower())
