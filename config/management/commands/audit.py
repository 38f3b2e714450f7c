import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.invariants import breaches, known


class Command(BaseCommand):
    help = "Ask every invariant of the house, and name the rows that break one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 1 if anything that must never be false is."""
        report = {
            invariant.name: [breach.row for breach in breaches(of=invariant)]
            for invariant in known()
        }
        if options["json"]:
            self.stdout.write(json.dumps(report, default=str, ensure_ascii=False))
        else:
            self._print(report)
        if any(report.values()):
            raise SystemExit(1)

    def _print(self, report: dict[str, list[tuple[Any, ...]]]) -> None:
        for name, rows in report.items():
            mark = self.style.ERROR("broken") if rows else self.style.SUCCESS("holds")
            self.stdout.write(f"{mark:>8}  {name}")
            for row in rows:
                self.stdout.write("          " + ", ".join(map(str, row)))
