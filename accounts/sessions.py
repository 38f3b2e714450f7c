"""Sessions in the database, each read together with its user: see `accounts.Session`."""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession

from accounts.models import Session, User


class SessionStore(db.SessionStore):
    user: User | None = None  # who was signed in when the session was read

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """Read the session and its user in one query."""
        return self._taken_from(super()._get_session_from_db())  # type: ignore[misc]

    async def aload(self) -> dict[str, Any]:
        """See `load`."""
        return self._taken_from(
            await super()._aget_session_from_db()  # type: ignore[misc]
        )

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to save, which names the user."""
        return _owned(super().create_model_instance(data), data)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        """See `create_model_instance`."""
        return _owned(await super().acreate_model_instance(data), data)

    def _taken_from(self, row: Session | None) -> dict[str, Any]:
        self.user = row.user if row else None
        return self.decode(row.session_data) if row else {}


def _owned(row: AbstractBaseSession, data: dict[str, Any]) -> Session:
    session = cast(Session, row)
    session.user_id = data.get(SESSION_KEY)
    return session
