"""The settings of the tests: a `var` of their own, so that nothing of a running Jari is touched.

Two test runs in one checkout take different folders. The lock is held until the process ends.
"""

import fcntl
import itertools
import os
from pathlib import Path

TESTS_VAR = (
    Path(os.environ.get("JARI_VAR") or Path(__file__).resolve().parent.parent / "var") / "test"
)


def take_folder() -> Path:
    """Return the first of var/test/1, var/test/2 … that no other run of the tests uses."""
    for number in itertools.count(1):
        folder = TESTS_VAR / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        return folder
    raise AssertionError("unreachable")


os.environ["JARI_VAR"] = str(take_folder())
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow ones prove nothing here
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  # WhiteNoise warns where it is missing
