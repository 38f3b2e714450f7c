"""Programs that a benchmark needs and no wheel carries: taken where they are, else from Debian."""

import os
import shutil
import subprocess
import sys


def need(program: str, *packages: str) -> str:
    """Return where `program` is; install Debian's `packages` if it is nowhere and we may."""
    found = shutil.which(program)
    if found is None:
        _install(program, packages)
        found = shutil.which(program)
    if found is None:
        sys.exit(_advice(program, packages))
    return found


def _install(program: str, packages: tuple[str, ...]) -> None:
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") is None or (root and shutil.which("sudo") is None):
        return
    print(f"There is no {program} here: installing Debian's {' and '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            [*root, "apt-get", "-qq", *words], env=environment, capture_output=True, check=False
        )


def _advice(program: str, packages: tuple[str, ...]) -> str:
    return f"This benchmark needs {program} (on Debian: apt-get install {' '.join(packages)})."
