import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import house, processes
from config.embedded import ServerFailed


class Command(BaseCommand):
    help = "Start everything for somebody who changes the code: pages and sockets reload."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            house.run(
                [processes.runserver(), processes.worker(), processes.cron()],
                ports={"PORT": settings.PORT},
                demo=True,
            )
        except house.AlreadyRuns as sentence:
            self.stdout.write(str(sentence))
        except (CommandError, ServerFailed) as sentence:
            sys.exit(str(sentence))
        except KeyboardInterrupt:
            sys.exit(130)
