from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import compile_stale


class Command(BaseCommand):
    help = "Compile the translations that have changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{compile_stale()} compiled")
