"""A dense kind of topics: one string of letters, which each mean a colour."""

import string
import threading
import uuid

import orjson

from realtime.topics import Cells, Change, Dense, TopicKind, register

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase  # in ASCII's order
COLOURS = {letter: f"colour {letter}" for letter in ALPHABET}
COLOURS |= {"r": "red", "g": "green", "b": "blue"}
LETTERS = {colour: letter for letter, colour in COLOURS.items()}


def letter_of(value):
    return LETTERS.get(value["colour"])


def value_of(number, letter):
    return {"id": f"row {number // 10}, {number % 10}", "colour": COLOURS[letter]}


DENSE = Dense(
    key="grid",
    kind="grid_drawn",
    field="colours",
    cell_prefix="cell.",
    cell_kind="cell_painted",
    letter_of=letter_of,
)


def painted(number, version, letter):
    """Return what is published of a cell."""
    return Change(f"cell.{number}", "cell_painted", version, value_of(number, letter))


class Grid:
    """Plays the database of dense topics, and counts how often it is read."""

    def __init__(self, prefix="grid", **rights):
        self.prefix = prefix
        self.name = "v1"
        self.sheets = {}  # by ident, letter and version of each cell
        self.readings = []
        self.gate = threading.Event()
        self.gate.set()
        register(
            TopicKind(prefix=prefix, public=True, snapshots=self.snapshots, dense=DENSE, **rights)
        )

    def topic(self, letters):
        """Return a new topic of `letters`, all in version 1."""
        ident = uuid.uuid4().hex
        self.sheets[ident] = [(letter, 1) for letter in letters]
        return f"{self.prefix}.{ident}"

    def paint(self, topic, number, letter, version=None):
        """Let a cell have another letter, and return the change that says so."""
        sheet = self.of(topic)
        version = version or sheet[number][1] + 1
        sheet[number] = letter, version
        return painted(number, version, letter)

    def of(self, topic):
        return self.sheets[topic.partition(".")[2]]

    def letters(self, topic):
        return "".join(letter for letter, _ in self.of(topic))

    def snapshots(self, idents):
        self.readings.append(set(idents))
        found = {ident: list(self.sheets[ident]) for ident in idents if ident in self.sheets}
        self.gate.wait(10)
        return {ident: self.cells(sheet) for ident, sheet in found.items()}

    def cells(self, sheet):
        letters = "".join(letter for letter, _ in sheet)
        return Cells({"drawing": self.name}, letters, [version for _, version in sheet], value_of)


def look(frames):
    """Return the letters that a client puts together from `frames`, each taken as it is."""
    *_, last = views(frames)
    return last


def views(frames):
    """Yield the letters after each of `frames`, of which none may be missing."""
    letters, seq = [], None
    for frame in map(orjson.loads, frames):
        if frame["type"] == "snapshot":
            [change] = frame["changes"]
            letters = list(change["value"]["colours"])
        else:
            assert frame["seq"] == seq + 1, "an update was missed"
            for change in frame["changes"]:
                number = int(change["key"].removeprefix("cell."))
                letters[number] = letter_of(change["value"])
        seq = frame["seq"]
        yield "".join(letters)
