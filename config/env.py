"""Reads the environment. Each name is read once, here, and a wrong one fails loudly."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

_read = environ.Env()


def flag(name: str, *, default: bool) -> bool:
    """Return the truth of `name`: 1, true, yes and on are true; other known words are false."""
    word = _read.str(name, default=str(default)).strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}; say 1 or 0.")


def number(name: str, *, default: int, low: int = 0, high: int = 2**31) -> int:
    """Return the whole number in `name`, which must lie between `low` and `high`."""
    word = _read.str(name, default=str(default)).strip()
    if not word.isdecimal() or not low <= int(word) <= high:
        raise ImproperlyConfigured(f"{name} is {word!r}; it takes a number from {low} to {high}.")
    return int(word)


def text(name: str, *, default: str = "") -> str:
    """Return `name` as it stands."""
    return str(_read.str(name, default=default)).strip()


def words(name: str) -> list[str]:
    """Return the comma-separated words of `name`."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def folder(name: str, *, default: Path) -> Path:
    """Return `name` as an absolute path."""
    return Path(text(name, default=str(default))).expanduser().resolve()


def database(name: str) -> dict[str, Any] | None:
    """Return Django's settings for the PostgreSQL URL in `name`, None where it is not set."""
    url = text(name)
    if not url:
        return None
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:5432/name."
        )
    try:
        settings = dict(environ.Env.db_url_config(url))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error}.") from error
    # A Unix socket's folder comes as libpq takes it: host=%2Frun%2Fpostgresql or ?host=/run/…
    settings["HOST"] = settings.get("OPTIONS", {}).pop("host", "") or unquote(settings["HOST"])
    return settings


def redis(name: str) -> str:
    """Return the Redis URL in `name`, nothing where it is not set."""
    url = text(name)
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured(f"{name} must look like redis://:password@host:6379/0.")
    return url


def mail(name: str) -> dict[str, Any]:
    """Return Django's EMAIL_ settings for the mail server in `name`, the console's without one."""
    url = text(name)
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not url.startswith(("smtp://", "smtps://", "smtp+tls://", "smtp+ssl://")):
        raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@host:587.")
    try:
        return dict(environ.Env.email_url_config(url))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error}.") from error


def secret(name: str, *, kept_in: Path, debug: bool) -> str:
    """Return the secret `name`; a checkout with DEBUG on makes one up and keeps it."""
    given = text(name)
    if given:
        return given
    if not debug:
        raise ImproperlyConfigured(f"{name} must be set when DEBUG is off.")
    try:
        make_up(kept_in)
        return kept_in.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{kept_in.parent} cannot be used ({error.strerror}): JARI_VAR names another."
        ) from error


def make_up(kept_in: Path) -> None:
    """Write a fresh secret into `kept_in`, unless one is there."""
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    if not (kept_in.exists() and kept_in.read_text().strip()):
        fresh = kept_in.with_name(f"{kept_in.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            kept_in.hardlink_to(fresh)  # the first of two that start at once wins
        except FileExistsError:
            if not kept_in.read_text().strip():  # half-written by a killed process
                fresh.replace(kept_in)
        fresh.unlink(missing_ok=True)
