import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import load, lunch, making
from config.demo.programme import PROGRAMME
from ticketing.models import Event
from ticketing.models.event import LARGEST_CAPACITY
from voting.models import Kind

MOST_USERS = 100_000
MOST_SEATS = 50_000
MOST_IN_LINE = 50_000
TICKETS_A_PLACE = 20  # of a hot event behind a line, for each who may be in at once


def count_up_to(most: int) -> Any:
    """Return an argument type that takes whole numbers from 1 to `most`."""

    def parse(word: str) -> int:
        if not word.isdecimal() or not 1 <= int(word) <= most:
            raise ArgumentTypeError(f"a number from 1 to {most}")
        return int(word)

    return parse


class Command(BaseCommand):
    help = "Make demo data: a programme and people to try it, or what a load test needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--users", type=count_up_to(MOST_USERS), metavar="N")
        parser.add_argument("--tokens", type=Path, metavar="FILE", help="one access token a line")
        parser.add_argument("--hot", type=count_up_to(LARGEST_CAPACITY), metavar="N")
        parser.add_argument("--limit", type=count_up_to(10_000), metavar="M")
        parser.add_argument("--hall", type=count_up_to(MOST_SEATS), metavar="N", help="seats")
        parser.add_argument(
            "--line",
            type=count_up_to(MOST_IN_LINE),
            metavar="N",
            help="a waiting room in front of it that lets N in; alone, before a hot event",
        )
        parser.add_argument("--round", action="store_true", help="an open lunch round for all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one JSON line with what was made."""
        if options["tokens"] and not options["users"]:
            raise CommandError("--tokens FILE goes with --users N.")
        if options["hall"] and options["hot"]:
            raise CommandError("--hot N and --hall N make an event each: one at a time.")
        if options["line"] and not options["hall"]:
            options["hot"] = options["hot"] or TICKETS_A_PLACE * options["line"]
        if options["limit"] and not options["hot"]:
            raise CommandError("--limit M goes with --hot N.")
        made: dict[str, Any] = {}
        if options["users"]:
            made |= self._users(options["users"], options["tokens"])
        event: Event | None = None
        if options["hot"]:
            event, ticket_type = load.make_hot_event(
                capacity=options["hot"], limit=options["limit"]
            )
            made |= {"event": str(event.pk), "ticket_types": [str(ticket_type.pk)]}
        if options["hall"]:
            event, types = load.make_hall_event(options["hall"])
            made |= {"event": str(event.pk), "ticket_types": [str(one) for one in types]}
        if options["line"] and event is not None:
            load.make_line(event, threshold=options["line"])
        if options["round"]:
            made |= self._round()
        self.stdout.write(json.dumps(made or self._programme(), ensure_ascii=False))

    def _users(self, count: int, file: Path | None) -> dict[str, Any]:
        ids = load.make_users(count)
        if file is None:
            return {"users": len(ids)}
        load.write_tokens(ids, file)
        return {"users": len(ids), "tokens": str(file)}

    def _round(self) -> dict[str, Any]:
        of = lunch.make_round()
        up = list(of.options.all())
        places = [option.public_id for option in up if option.kind == Kind.PLACE]
        menus = [option.public_id for option in up if option.kind == Kind.MENU]
        return {"round": str(of.pk), "places": places, "menus": menus}

    def _programme(self) -> dict[str, Any]:
        if not settings.DEBUG:
            raise CommandError("The demo's passwords are well known: it needs DEBUG on.")
        making.make_people()
        events = []
        for event, made in making.make_programme():
            events.append(str(event.pk))
            if made:
                self.stderr.write(f"  {len(events):2}/{len(PROGRAMME)}  {event.title}")
        logins = dict.fromkeys((*making.BUYERS, making.OPERATOR), making.PASSWORD)
        return {"events": events, "round": str(lunch.keep_round().pk), "logins": logins}
