"""Whose the servers are: PostgreSQL refuses to run as root, so root lends them a user."""

import logging
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config.embedded import ServerFailed

logger = logging.getLogger(__name__)

SYSTEM_USER = "jari"


def find_owner(var: Path) -> pwd.struct_passwd | None:
    """Return the user that the servers of `var` run as, None for the one who asks."""
    if os.geteuid() != 0:
        return None
    try:
        if var.stat().st_uid != 0:  # root visits somebody's checkout
            return pwd.getpwuid(var.stat().st_uid)
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return make_owner()


def make_owner() -> pwd.struct_passwd:
    """Make the system user that root runs the servers as."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise ServerFailed(
            "PostgreSQL refuses to run as root and there is no useradd to make it a user:"
            " start Jari as an ordinary user, or set DATABASE_URL and REDIS_URL."
        )
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    subprocess.run([*command, SYSTEM_USER], capture_output=True, check=False)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ServerFailed(
            f"The system user {SYSTEM_USER!r} for PostgreSQL could not be made:"
            " start Jari as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from None


def give(path: Path, owner: pwd.struct_passwd | None) -> None:
    """Make `path` belong to `owner`."""
    if owner is not None and path.stat().st_uid != owner.pw_uid:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def open_way(paths: Iterable[Path], owner: pwd.struct_passwd | None) -> None:
    """Let `owner` pass through the folders above `paths`: enter them, not list them."""
    if owner is None:
        return
    parents = {parent for path in paths for parent in path.resolve().parents}
    closed = [
        parent
        for parent in sorted(parents)
        if parent.stat().st_uid != owner.pw_uid and not parent.stat().st_mode & stat.S_IXOTH
    ]
    for parent in closed:
        parent.chmod(stat.S_IMODE(parent.stat().st_mode) | stat.S_IXOTH)
    if closed:
        logger.warning(
            "Running as root: let the servers' user pass through %s (chmod o+x).",
            ", ".join(map(str, closed)),
        )


def open_files(top: Path, owner: pwd.struct_passwd | None) -> None:
    """Let `owner` read and run what is installed in `top`, also where root's umask was narrow."""
    if owner is None or top.stat().st_mode & stat.S_IXOTH:
        return
    for path in [*top.rglob("*"), top]:  # the top last: it tells whether all of it is done
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def as_user(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return the arguments that make subprocess run a program as `owner`."""
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
