"""What can happen to an account."""

from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from accounts.errors import EmailTaken, EmpNoTaken, NameTaken, NotOwnAddress
from accounts.models import RefreshToken, Session, User
from core.db import retrying
from core.errors import DomainError

BROKEN_RULES: dict[str, type[DomainError]] = {
    "accounts_user_username_key": NameTaken,
    "user_username_unique": NameTaken,
    "user_email_unique": EmailTaken,
    "accounts_user_emp_no_key": EmpNoTaken,
    "user_name_no_strangers_email": NotOwnAddress,
}


def sign_up(
    *,
    username: str,
    password: str,
    email: str = "",
    emp_no: str | None = None,
    name: str = "",
    language: str = "",
) -> User:
    """Create an account, or raise `NameTaken`, `EmailTaken`, `EmpNoTaken`, `NotOwnAddress`."""
    try:
        with transaction.atomic(durable=True):
            return User.objects.create_user(
                username,
                email,
                password,
                emp_no=emp_no or None,
                name=name,
                language=known_language(language or get_language()),
            )
    except IntegrityError as error:
        raise _refusal(error) from error


def change_profile(*, user: User, name: str, email: str, emp_no: str | None, language: str) -> None:
    """Write what people may say about themselves; an employee number is said once and stays."""
    renamed = email if "@" in user.username else user.username
    if not renamed:
        raise NotOwnAddress
    try:
        with transaction.atomic(durable=True):
            rows = User.objects.filter(pk=user.pk)
            rows.update(name=name, email=email, username=renamed, language=language)
            if emp_no:
                rows.filter(emp_no=None).update(emp_no=emp_no)
    except IntegrityError as error:
        raise _refusal(error) from error


@retrying
@transaction.atomic(durable=True)
def change_password(*, user: User, password: str, session_key: str | None = None) -> None:
    """Set `password` and sign out everything but the browser session `session_key`."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _sign_out(user=user, session_key=session_key)


@retrying
@transaction.atomic(durable=True)
def sign_out_everywhere(*, user: User, session_key: str | None = None) -> None:
    """Sign out each browser and app of `user`, except the browser session `session_key`.

    Access tokens that are out stay good until they expire, minutes later.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _sign_out(user=user, session_key=session_key)


def _sign_out(*, user: User, session_key: str | None) -> None:
    Session.objects.filter(user_id=user.pk).exclude(session_key=session_key or "").delete()
    RefreshToken.objects.filter(user_id=user.pk).delete()


def known_language(code: str | None) -> str:
    """Return the language among ours that `code` (such as `en-gb`) belongs to, Korean if none."""
    primary = (code or "").partition("-")[0]
    return primary if primary in User.Language.values else User.Language.KOREAN


def _refusal(error: IntegrityError) -> DomainError:
    """Return what the broken rule means to a person."""
    diagnosis = getattr(error.__cause__, "diag", None)
    rule = BROKEN_RULES.get(getattr(diagnosis, "constraint_name", None) or "")
    if rule is None:
        raise error
    return rule()
