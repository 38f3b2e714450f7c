import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.steady import SteadyScheduler


class Command(BaseCommand):
    help = "Put what is due into the queues, to the second however long it runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("config_path", help="the file that says what and how often")
        parser.add_argument("--logging-level", default="INFO")

    def handle(self, *, config_path: str, logging_level: str, **options: Any) -> None:
        """Run until a signal ends it."""
        scheduler = SteadyScheduler(logging.getLevelNamesMapping()[logging_level])
        scheduler.load_config_from_file(config_path)
        scheduler.start()  # type: ignore[no-untyped-call]
