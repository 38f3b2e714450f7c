import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidToken
from accounts.names import name_and_email, validate_name


class UserManager(DjangoUserManager["User"]):
    def create_user(
        self,
        username: str = "",
        email: str | None = "",
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """Save and return a user, named by `username`, by `email` or by both."""
        return super().create_user(*name_and_email(username, email), password, **fields)

    def create_superuser(
        self,
        username: str = "",
        email: str | None = "",
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """Save and return a user who may do everything."""
        return super().create_superuser(*name_and_email(username, email), password, **fields)

    def named(self, name: str) -> models.QuerySet["User"]:
        """Return the one user, if any, who signs in as `name`, whatever its case."""
        name = User.normalize_username(name)
        if "@" in name:  # always somebody's e-mail address: see `user_name_no_strangers_email`
            return self.exclude(email="").filter(_same("email", name))
        return self.filter(_same("username", name))

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return who signs in as `username`; Django's commands ask this way."""
        return self.named(username or "").get()


def _same(field: str, name: str) -> Exact:
    """Return a condition that the unique index on `Lower(field)` answers."""
    return Exact(Lower(F(field)), Lower(Value(name)))


class User(AbstractUser):
    """Somebody who buys, votes or operates; signs in by user name or e-mail."""

    class Language(models.TextChoices):
        KOREAN = "ko", "한국어"
        ENGLISH = "en", "English"

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    username = models.CharField(
        _("user name"),
        max_length=254,
        unique=True,
        validators=[validate_name],
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    emp_no = models.CharField(
        _("employee number"),
        max_length=32,
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": _("This employee number belongs to somebody else.")},
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.KOREAN
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message=_("This e-mail address is in use."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message=_("This user name is taken."),
            ),
            # Or a stranger could take somebody's address as a name and sign in in their place.
            models.CheckConstraint(
                condition=~Q(username__contains="@") | Q(username__iexact=F("email")),
                name="user_name_no_strangers_email",
                violation_error_message=_("A user name with @ must be one's own e-mail address."),
            ),
            models.CheckConstraint(condition=~Q(emp_no=""), name="user_emp_no_said"),
        ]

    def __str__(self) -> str:
        return self.username

    def clean(self) -> None:
        self.username, self.email = name_and_email(self.username, self.email)
        super().clean()

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    @classmethod
    def known_by_id(cls, pk: int) -> Self:
        """Return user `pk` with no query; the row is read when something else is asked of it."""
        return cls.from_db("default", ["id"], [pk])

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        """Read the row; one known by id alone is read whole, and only while it is active."""
        if "is_active" not in self.get_deferred_fields():
            return super().refresh_from_db(using, fields, from_queryset)
        active = type(self)._base_manager.filter(is_active=True)
        try:
            super().refresh_from_db(using, self.get_deferred_fields(), active)
        except type(self).DoesNotExist as gone:
            raise InvalidToken from gone


class SessionManager(BaseSessionManager["Session"]):
    def get_queryset(self) -> models.QuerySet["Session"]:
        """Read each session together with its user."""
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """A signed-in browser, or one that has something to remember."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("user")
    )

    objects: ClassVar[SessionManager] = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> "type[Any]":
        from accounts.sessions import SessionStore  # it needs this model

        return SessionStore


class RefreshToken(models.Model):
    """A signed-in app: the family of refresh tokens of which only the newest is good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, related_name="refresh_tokens", verbose_name=_("user")
    )
    digest = models.BinaryField(_("digest of the newest"), max_length=32)
    device = models.CharField(_("device"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("signed in"), default=timezone.now)
    rotated_at = models.DateTimeField(_("last used"), default=timezone.now)
    expires_at = models.DateTimeField(_("good until"), db_index=True)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.device}"
