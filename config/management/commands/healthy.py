import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.health import CHECKS, examine


class Command(BaseCommand):
    help = "Exit with 1 unless what is named works: for processes that answer no HTTP."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="*", choices=CHECKS, default=list(CHECKS))

    def handle(self, *args: Any, **options: Any) -> None:
        report = {name: examine(CHECKS[name]) for name in options["what"]}
        for name, facts in report.items():
            self.stdout.write(f"{name}: {'ok' if facts['ok'] else facts['reason']}")
        if not all(facts["ok"] for facts in report.values()):
            sys.exit(1)
