import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import house, processes
from config.embedded import ServerFailed


class Command(BaseCommand):
    help = "Start everything, stay in the foreground, and stop everything on Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="load no demo data")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            house.run(
                [processes.web(), processes.live(), processes.worker(), processes.cron()],
                ports={"PORT": settings.PORT, "LIVE_PORT": settings.LIVE_PORT},
                demo=not options["no_demo"],
            )
        except house.AlreadyRuns as sentence:
            self.stdout.write(str(sentence))
        except (CommandError, ServerFailed) as sentence:
            sys.exit(str(sentence))
        except KeyboardInterrupt:
            sys.exit(130)
