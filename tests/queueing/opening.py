"""Lines that have still to open."""

from tests.queueing.lines import MINUTE, START

OPENING = START + MINUTE


def come_early(door, people):
    return [door.join(person) for person in people]


def open_line(door):
    """Let the time of the opening come, and tick."""
    door.clock.go(MINUTE)
    return door.insist(door.line.tick)


def in_order(door, people):
    """Return `people` as they drew."""
    return sorted(people, key=lambda person: door.place_of(int(person[1:])))
