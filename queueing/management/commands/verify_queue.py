from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from queueing.models import WaitingRoom
from queueing.verifying import AT_ONCE, verify


class Command(BaseCommand):
    help = "Read the record of an event's waiting room again, and name the first entry that is off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event", type=int, help="its id")

    def handle(self, *, event: int, **options: Any) -> None:
        """Exit 1 if an entry does not fit."""
        room = WaitingRoom.objects.filter(event_id=event).first()
        if room is None:
            raise CommandError(f"Event {event} has no waiting room.")
        problem = verify(room, tell=self._tell)
        if problem is not None:
            wrong = f"Entry {problem.sequence} does not fit: {problem.sentence}."
            self.stdout.write(self.style.ERROR(wrong))
            raise SystemExit(1)
        room.refresh_from_db(fields=["num_entries", "head"])
        self.stdout.write(self.style.SUCCESS(f"All {room.num_entries} entries fit."))
        if room.head:
            self.stdout.write(f"Head: {room.head}")

    def _tell(self, done: int, total: int) -> None:
        if total > AT_ONCE:
            self.stderr.write(f"{done:,} of {total:,}")
