import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.health import CHECKS, survey


class Command(BaseCommand):
    help = "Exit with 1 unless what is named works: for processes that answer no HTTP."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="*", help=f"{', '.join(CHECKS)}; all of them by default")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["what"] or list(CHECKS)
        if unknown := set(wanted) - set(CHECKS):
            raise CommandError(f"There is no check named {', '.join(sorted(unknown))}.")
        report = survey(wanted)
        for name, facts in report.items():
            self.stdout.write(f"{name}: {'ok' if facts['ok'] else facts['reason']}")
        if not all(facts["ok"] for facts in report.values()):
            sys.exit(1)
