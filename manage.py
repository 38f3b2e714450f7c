#!/usr/bin/env python
import os
import signal
import sys


def main() -> None:
    if sys.argv[1:2] == ["up"]:  # nothing runs yet, and an interrupt amid an import may be lost
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.embedded import ServerFailed, demand

    try:
        with demand.servers_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ServerFailed) as failure:
        sys.exit(f"{failure}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
