"""PostgreSQL and Valkey from wheels, with their files under `var/`: where they listen.

`lease` is what others use to have them run; `keeper` is the process that runs one of them.
"""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

LONGEST_SOCKET = 100  # bytes; the kernel takes 107


class ServerFailed(Exception):
    """An embedded server cannot run; says in one sentence why and what to do."""


def socket_folder(var: Path) -> Path:
    """Return where the servers of `var` put their Unix sockets."""
    near = var / "run"
    if len(str(near / ".s.PGSQL.5432.lock").encode()) <= LONGEST_SOCKET:
        return near
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jari-{digest}"


def database(var: Path) -> dict[str, Any]:
    """Return Django's settings for the embedded PostgreSQL."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "jari",
        "USER": "postgres",
        "HOST": str(socket_folder(var)),
        "PORT": "5432",
    }


def redis_url(var: Path) -> str:
    """Return the address of the embedded Valkey."""
    return f"unix://{socket_folder(var) / 'valkey.sock'}"
