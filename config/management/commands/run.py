import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import processes
from config.env import BASE_DIR

ROLES = {
    "web": processes.web,
    "live": processes.live,
    "worker": processes.worker,
    "cron": processes.cron,
}


class Command(BaseCommand):
    help = "Become one of the processes, exactly as `up` runs it: for containers and units."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=ROLES)

    def handle(self, *args: Any, **options: Any) -> None:
        process = ROLES[options["role"]]()
        os.chdir(BASE_DIR)
        os.execv(process.command[0], process.command)  # noqa: S606  # no shell is what we want
