from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ticketing.models import Layout
from ticketing.plans import plan_of
from ticketing.seating.files import write_csv, write_json


class Command(BaseCommand):
    help = "Write a drawing of a hall to a file, as CSV if it is called *.csv, else as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of the hall")
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", metavar="VERSION", help="left out, the newest")

    def handle(self, *, name: str, file: Path, layout: str | None, **options: Any) -> None:
        """Print how many seats there are in it."""
        known = Layout.objects.filter(hall__name=name, **({"version": layout} if layout else {}))
        found = known.order_by("-created_at", "-pk").first()
        if found is None:
            raise CommandError(f"There is no such layout of a hall called “{name}”.")
        write = write_csv if file.suffix.lower() == ".csv" else write_json
        file.write_bytes(write(plan_of(found.pk)))
        self.stdout.write(f"{file}: {found.num_seats} seats")
