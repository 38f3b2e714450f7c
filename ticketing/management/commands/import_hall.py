from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ticketing.models import Hall
from ticketing.plans import plan_of
from ticketing.seating.files import read_file, refuse_large_file
from ticketing.seating.limits import WrongLayout
from ticketing.services.seating import keep_layout


class Command(BaseCommand):
    help = "Read a drawing of a hall, JSON or CSV, and keep it as the hall's newest layout."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="of the hall; made if there is none")

    def handle(self, *, file: Path, name: str, **options: Any) -> None:
        """Print the version; name every error by its place."""
        hall = Hall.objects.filter(name=name).first() or Hall(name=name)
        try:
            refuse_large_file(file.stat().st_size)
            newest = hall.newest_layout() if not hall._state.adding else None
            base = plan_of(newest.pk) if newest else None
            plan = read_file(file.read_bytes(), name=name, base=base)
        except OSError as error:
            raise CommandError(str(error)) from error
        except WrongLayout as refusal:
            raise CommandError(str(refusal)) from refusal
        if hall._state.adding:
            hall.save()
        layout = keep_layout(hall=hall, plan=plan)
        self.stdout.write(f"{hall.name}: {layout.version}, {layout.num_seats} seats")
