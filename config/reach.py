"""Whether we can have the ports and reach the servers that the environment names."""

import errno
import socket

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

OLDEST_POSTGRES = 15


def check_port(name: str, port: int) -> None:
    """Refuse a port that somebody else listens on."""
    with socket.socket(socket.AF_INET6 if ":" in settings.LISTEN else socket.AF_INET) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((settings.LISTEN, port))
        except OSError as error:
            raise CommandError(explain_port(name, port, error)) from error


def explain_port(name: str, port: int, error: OSError) -> str:
    """Say what is wrong with a port and which variable changes it."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop what listens there, or choose another with {name}=…"
    if error.errno == errno.EACCES:
        return f"Port {port} is not for ordinary users: choose one above 1023 with {name}=…"
    return f"Nothing can listen on {settings.LISTEN}, port {port} ({error.strerror}): see LISTEN."


def check_database() -> None:
    """Refuse a database that does not answer or is too old."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise CommandError(
            f"DATABASE_URL does not work ({first_line(error)}): correct it, or unset it to use the"
            " embedded PostgreSQL."
        ) from error
    version = connection.cursor().connection.info.server_version // 10000
    connection.close()
    if version < OLDEST_POSTGRES:
        raise CommandError(f"DATABASE_URL names a PostgreSQL {version}; Jari needs 15 or newer.")


def check_redis() -> None:
    """Refuse a Redis that does not answer."""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3
        ) as redis:
            redis.ping()
    except AuthenticationError as error:
        raise CommandError(f"REDIS_URL has a wrong user or password ({error}).") from error
    except (RedisError, ValueError, OSError) as error:
        raise CommandError(
            f"REDIS_URL does not work ({first_line(error)}): correct it, or unset it to use the"
            " embedded Valkey."
        ) from error


def first_line(error: Exception) -> str:
    """Return what `error` says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
