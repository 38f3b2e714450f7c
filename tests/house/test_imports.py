"""Each module can be imported: one that only some process needs must not break it at night."""

import os
import subprocess
import sys

from django.conf import settings

IMPORT_ALL = """
import importlib, pkgutil, django
django.setup()
for name in ("config", "core", "accounts", "realtime", "ticketing", "queueing", "voting"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)
        print(module.name)
"""


def test_every_module_of_the_house_can_be_imported() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment["JARI_VAR"] = str(settings.VAR)

    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    written = {
        ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
        for name in ("config", "core", "accounts", "realtime", "ticketing", "queueing", "voting")
        for path in (settings.BASE_DIR / name).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert written - set(result.stdout.split()) == set()
