"""The record: many write it at once, and whatever is changed in it afterwards is found."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from time import perf_counter
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.invariants import breaches
from queueing import notes
from queueing.draw import hash_of
from queueing.invariants import RECORDS
from queueing.models import RecordEntry, WaitingRoom
from queueing.models.record import Kind
from queueing.notes import Note
from queueing.record import append_entries, digest_of
from queueing.verifying import Problem, verify
from tests.queueing.rooms import a_room
from tests.races import kinds, race


def called(*numbers: int, version: int, frontier: int = 0, epoch: int = 1) -> Note:
    order = {"epoch": epoch, "version": version}
    return notes.called(**order, numbers=numbers, frontier=frontier or max(numbers))


A_DAY = [
    notes.begun(epoch=1, after=0, lost=False),
    notes.joined(first=1, last=400),
    called(1, 2, 5, version=1),
    notes.configured(changes={"rate": 90, "message": "잠시만요"}, by=1),
    notes.joined(first=401, last=402),
    called(6, version=5),
    notes.removed(number=402, by=1),
    notes.admitted(quantity=50, by=1),
]


@pytest.fixture
def room(db: None) -> WaitingRoom:
    room = a_room()
    append_entries(room_id=room.pk, notes=A_DAY)
    return room


@contextmanager
def unguarded() -> Iterator[Callable[..., None]]:
    """Hand out a way to run any statement on the record, whatever its trigger says; undo it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE queueing_recordentry DISABLE TRIGGER queueing_keep_record")
        cursor.execute(
            "ALTER TABLE queueing_recordentry DROP CONSTRAINT record_kind,"
            " DROP CONSTRAINT record_sequence_unique"
        )
        yield lambda statement, *values: cursor.execute(
            statement.replace("ENTRIES", "queueing_recordentry"), values
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def write(room: WaitingRoom, *some: Note) -> None:
    append_entries(room_id=room.pk, notes=some)


def rows(room: WaitingRoom) -> list[dict[str, Any]]:
    return list(room.record.values())


def test_entries_follow_from_each_other(room):
    first, second = rows(room)[:2]

    assert [row["sequence"] for row in rows(room)] == list(range(1, 9))
    assert first["previous"] == ""
    assert second["previous"] == first["digest"]
    assert [(row["kind"], row["body"]) for row in rows(room)] == [tuple(note) for note in A_DAY]


def test_the_digest_is_what_the_documentation_says():
    digest = digest_of(
        room_id=7,
        sequence=2,
        at="2026-11-21T18:03:20.123456Z",
        kind="joined",
        body={"last": 3, "first": 1},
        previous="ab",
    )

    # printf '%s' '{"at":"2026-11-21T18:03:20.123456Z","body":{"first":1,"last":3},…' | sha256sum
    assert digest == "080d494e7982eb11ae710916f16959c08321d71fb7c73cb3959326c1f1f3d87f"


def test_a_batch_takes_two_statements_however_long_it_is(room, django_assert_num_queries):
    with django_assert_num_queries(2):
        write(room, *[notes.admitted(quantity=1, by=1)] * 500)

    assert verify(room) is None
    assert room.record.count() == 508


def test_nothing_to_write_asks_nothing(room, django_assert_num_queries):
    with django_assert_num_queries(0):
        write(room)


def test_only_a_room_that_there_is_has_a_record(db):
    with pytest.raises(WaitingRoom.DoesNotExist):
        append_entries(room_id=2**40, notes=A_DAY)


@pytest.mark.parametrize("fraction", [0.5, 1e300, [1.0], {"deep": [{"er": 2.5}]}])
def test_refuses_numbers_that_have_more_than_one_form(room, fraction):
    with pytest.raises(TypeError):
        write(room, Note(Kind.CONFIGURED, {"changes": fraction}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
PATIENT = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@PATIENT
@given(st.lists(st.dictionaries(st.sampled_from("aé자Z"), JSON), min_size=1, max_size=5))
def test_whatever_is_written_fits(room, bodies):
    write(room, *[Note(Kind.CONFIGURED, body) for body in bodies])

    assert verify(room) is None


def test_an_empty_record_fits(db):
    assert verify(a_room()) is None


def test_what_is_rolled_back_was_never_written(room):
    with transaction.atomic():
        write(room, notes.admitted(quantity=1, by=1))
        transaction.set_rollback(True)

    assert verify(room) is None
    assert len(rows(room)) == len(A_DAY)


CHANGES: dict[str, Sequence[Any]] = {
    "sequence": [9, 100],
    "at": ["2026-11-21 00:00:00+00", "infinity", "0044-03-15 00:00:00+00 BC"],
    "kind": ["joined", "begun", "sealed", ""],
    "body": ["null", "[]", "{}", '{"epoch": 1e400}', '{"by": 1, "changes": {}}', "1.5", '"\u2028"'],
    "previous": ["", "0" * 64],
    "digest": ["", "f" * 64],
    "room_id": ["other"],
}


@pytest.mark.parametrize("sequence", range(1, len(A_DAY) + 1))
@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in CHANGES.items() for value in values]
)
def test_any_changed_field_is_found_where_it_is(room, sequence, field, value):
    if value == "other":
        value = a_room().pk
    was = rows(room)[sequence - 1]
    if was[field] == value:
        return

    with unguarded() as run:
        run(
            f"UPDATE ENTRIES SET {field} = %s WHERE room_id = %s AND sequence = %s",
            value,
            room.pk,
            sequence,
        )
        problem = verify(room)

    assert problem is not None
    assert problem.sequence == sequence  # where it was: moved away, it leaves a hole


@PATIENT
@given(st.data())
def test_any_changed_letter_of_a_body_is_found(room, data):
    sequence = data.draw(st.integers(1, len(A_DAY)))
    body = rows(room)[sequence - 1]["body"]
    field = data.draw(st.sampled_from(sorted(body)))
    other = data.draw(JSON.filter(lambda value: orjson.dumps(value) != orjson.dumps(body[field])))

    with unguarded() as run:
        run(
            "UPDATE ENTRIES SET body = %s::jsonb WHERE room_id = %s AND sequence = %s",
            orjson.dumps({**body, field: other}).decode(),
            room.pk,
            sequence,
        )
        problem = verify(room)

    assert problem == Problem(sequence, "digest", "its digest is not that of what it says")


@pytest.mark.parametrize("sequence", range(1, len(A_DAY) + 1))
def test_a_deleted_entry_is_found(room, sequence):
    with unguarded() as run:
        run("DELETE FROM ENTRIES WHERE room_id = %s AND sequence = %s", room.pk, sequence)
        problem = verify(room)

    assert problem == Problem(sequence, "missing", "it is missing")


@pytest.mark.parametrize("sequence", range(1, len(A_DAY) + 1))
def test_a_deleted_entry_is_found_when_the_rest_moves_up(room, sequence):
    with unguarded() as run:
        run("DELETE FROM ENTRIES WHERE room_id = %s AND sequence = %s", room.pk, sequence)
        run(
            "UPDATE ENTRIES SET sequence = sequence - 1 WHERE room_id = %s AND sequence > %s",
            room.pk,
            sequence,
        )
        problem = verify(room)

    assert problem is not None
    assert (problem.sequence, problem.what) == (
        sequence,
        "missing" if sequence == len(A_DAY) else "chain",
    )


@pytest.mark.parametrize("one", range(1, len(A_DAY)))
@pytest.mark.parametrize("apart", [1, 2, 5])
def test_swapped_entries_are_found(room, one, apart):
    other = one + apart
    if other > len(A_DAY):
        return

    with unguarded() as run:
        run(
            "UPDATE ENTRIES SET sequence = %s - sequence"
            " WHERE room_id = %s AND sequence IN (%s, %s)",
            one + other,
            room.pk,
            one,
            other,
        )
        problem = verify(room)

    assert problem is not None
    assert (problem.sequence, problem.what) == (one, "chain")


@pytest.mark.parametrize("sequence", range(1, len(A_DAY) + 2))
@pytest.mark.parametrize("well_made", [False, True])
def test_an_inserted_entry_is_found(room, sequence, well_made):
    before = rows(room)[sequence - 2]["digest"] if sequence > 1 else ""
    at = "2026-11-21T18:03:20.123456Z"
    said = {"kind": "admitted", "body": {"quantity": 1000, "by": 1}, "previous": before}
    digest = digest_of(room_id=room.pk, sequence=sequence, at=at, **said)

    with unguarded() as run:
        run(
            "UPDATE ENTRIES SET sequence = sequence + 1 WHERE room_id = %s AND sequence >= %s",
            room.pk,
            sequence,
        )
        run(
            "INSERT INTO ENTRIES (room_id, sequence, at, kind, body, previous, digest)"
            " VALUES (%s, %s, %s, 'admitted', '{\"quantity\": 1000, \"by\": 1}', %s, %s)",
            room.pk,
            sequence,
            at,
            before,
            digest if well_made else "0" * 64,
        )
        problem = verify(room)

    assert problem is not None
    # A perfect forgery is one that the next entry does not follow from.
    last = sequence == len(A_DAY) + 1
    where = sequence if last or not well_made else sequence + 1
    assert problem.sequence == where
    assert problem.what == ("digest" if not well_made else "surplus" if last else "chain")


def test_an_entry_far_beyond_the_end_is_found(room):
    with unguarded() as run:
        run(
            "INSERT INTO ENTRIES (room_id, sequence, at, kind, body, previous, digest)"
            " VALUES (%s, 99, now(), 'joined', '{}', '', '')",
            room.pk,
        )
        problem = verify(room)

    assert problem == Problem(99, "surplus", "it was not written by the room")


def test_another_head_is_found(room):
    WaitingRoom.objects.filter(pk=room.pk).update(head="0" * 64)

    assert verify(room) == Problem(8, "head", "it is not the entry that the room remembers")


def test_the_audit_sees_a_record_that_ends_elsewhere(room):
    other = a_room()
    assert list(breaches(of=RECORDS)) == []

    WaitingRoom.objects.filter(pk=room.pk).update(num_entries=9)
    WaitingRoom.objects.filter(pk=other.pk).update(num_entries=1, head="0" * 64)

    assert sorted(breach.row for breach in breaches(of=RECORDS)) == [
        (room.pk, room.event_id, 9, 8),
        (other.pk, other.event_id, 1, None),
    ]


def test_a_head_that_counts_more_or_less_is_found(room):
    WaitingRoom.objects.filter(pk=room.pk).update(num_entries=9)
    more = verify(room)
    WaitingRoom.objects.filter(pk=room.pk).update(num_entries=7)
    less = verify(room)

    assert more == Problem(9, "missing", "it is missing")
    assert less == Problem(8, "surplus", "it was not written by the room")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_may_write_at_once():
    room = a_room()
    batches = [[notes.admitted(quantity=one, by=part) for part in range(5)] for one in range(80)]

    wrote = race([
        lambda batch=batch: append_entries(room_id=room.pk, notes=batch) for batch in batches
    ])  # fmt: skip

    assert kinds(wrote) == {"NoneType": 80}
    assert verify(room) is None
    found = [(row["body"]["quantity"], row["body"]["by"]) for row in rows(room)]
    assert [by for _, by in found] == list(range(5)) * 80  # batches stay whole
    assert {quantity for quantity, _ in found} == set(range(80))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_it_is_read_disturbs_nobody():
    room = a_room()

    def write_often() -> None:
        for _ in range(40):
            write(room, notes.admitted(quantity=1, by=1))

    def read_often() -> list[Problem | None]:
        return [verify(room) for _ in range(25)]

    came_to = race([write_often, read_often] * 5)

    assert kinds(came_to) == {"NoneType": 5, "list": 5}
    assert [problem for found in came_to for problem in found or [] if problem] == []
    assert room.record.count() == 200


@pytest.mark.parametrize(
    ("note", "what"),
    [
        (notes.joined(first=402, last=410), "it gives the numbers 402 to 410 after 402"),
        (notes.joined(first=420, last=410), "it gives the numbers 420 to 410 after 402"),
        (called(8, 7, version=9), "it lets number 7 in after number 8"),
        (called(7, 7, version=9), "it lets number 7 in after number 7"),
        (called(5, version=9), "it lets number 6 in before number 5"),
        (called(3, version=9), "it lets number 6 in before number 3"),
        (called(3, version=0), "it lets number 3 in before number 1"),
        (called(7, version=3), "it lets number 7 in before number 6"),
        (called(4, 6, version=3), "it lets number 5 in before number 4"),
        (called(403, version=9), "it lets number 403 in, which nobody had"),
        (called(7, version=9, frontier=5), "the frontier goes back from 6 to 5"),
        (called(7, version=9, epoch=2), "it lets people out of line 2 in, which had not begun"),
        (notes.begun(epoch=1, after=401, lost=True), "its numbers begin after 401, and 402"),
        (notes.begun(epoch=0, after=402, lost=True), "it begins line 0 after line 1"),
        (notes.cleared(epoch=1, by=1), "it clears line 1 for line 1"),
        (Note(Kind.CALLED, {"number": 7}), "it does not say what an entry of its kind says"),
        (Note(Kind.CALLED, {**called(7, version=9).body, "numbers": []}), "it does not say"),
        (Note(Kind.JOINED, {"first": "7", "last": 8}), "it does not say what"),
    ],
)
def test_a_line_that_was_served_out_of_order_is_found(room, note, what):
    write(room, note)

    problem = verify(room)

    assert problem is not None
    assert (problem.sequence, problem.what) == (9, "order")
    assert problem.sentence.startswith(what)


def test_workers_may_write_down_in_another_order_than_they_called(room):
    write(room, called(30, 31, version=9), called(40, version=12), called(32, version=10))
    write(room, called(33, 39, version=11), called(9, version=8))

    assert verify(room) is None


def test_who_comes_back_after_a_loss_may_be_called_behind_the_frontier_once(room):
    write(room, notes.begun(epoch=1, after=10_000, lost=True))
    write(room, called(7, 300, version=9), called(4, version=10, frontier=6))
    assert verify(room) is None

    write(room, called(4, version=11))

    problem = verify(room)
    assert problem is not None
    assert (problem.sequence, problem.what) == (12, "order")
    assert problem.sentence == "it lets number 4 in once more"


def test_operators_may_act_before_the_line_begins(db):
    room = a_room()
    write(room, notes.configured(changes={"rate": 90}, by=1), notes.joined(first=1, last=9))
    write(room, called(1, 2, version=9))

    assert verify(room) is None


def test_a_cleared_line_starts_with_nobody(room):
    write(room, notes.cleared(epoch=2, by=1), notes.joined(first=403, last=404))
    write(room, called(403, version=9, epoch=2), called(8, version=7))  # a tick of before is late
    assert verify(room) is None

    write(room, called(402, version=10, epoch=2))

    problem = verify(room)
    assert problem is not None
    assert (problem.sequence, problem.what) == (13, "order")
    assert problem.sentence == "it lets number 402 in, of a line that was cleared"


SEED = "0123456789abcdef" * 4


def sealed(seed: str = SEED) -> Note:
    return notes.sealed(seed_hash=hash_of(seed), opens_at=1_795_000_000_000)


def revealed(seed: str = SEED, count: int = 400) -> Note:
    return notes.revealed(seed=seed, count=count)


def test_a_draw_is_by_the_seed_that_was_sealed(room):
    write(room, sealed("0" * 64), sealed(), notes.joined(first=403, last=804), revealed(count=402))
    write(room, called(403, 700, version=9), notes.cleared(epoch=2, by=1), sealed(), revealed())

    assert verify(room) is None


@pytest.mark.parametrize(
    ("some", "what"),
    [
        ([revealed()], "it reveals a seed that was never sealed"),
        ([sealed(), notes.cleared(epoch=2, by=1), revealed()], "it reveals a seed that was never"),
        ([sealed(), revealed("0" * 64)], "the seed that it reveals is not the one"),
        ([sealed(), sealed("0" * 64), revealed()], "the seed that it reveals is not the one"),
        ([sealed(), revealed(SEED.upper())], "the seed that it reveals is not the one"),
        ([sealed(), revealed(), revealed()], "it reveals a second draw of the same line"),
        ([sealed(), revealed(), sealed(), revealed()], "it reveals a second draw"),
        ([sealed(), revealed(count=0)], "it reveals a draw for which nobody had come"),
        ([sealed(), revealed("자리")], "it does not say what"),
        ([sealed(), Note(Kind.REVEALED, {"seed": 5, "count": 1})], "it does not say what"),
        ([Note(Kind.SEALED, {})], "it does not say what"),
    ],
)
def test_a_draw_by_another_seed_is_found(room, some, what):
    write(room, *some)

    problem = verify(room)

    assert problem is not None
    assert (problem.sequence, problem.what) == (8 + len(some), "order")
    assert problem.sentence.startswith(what)


def command(event: int) -> tuple[int, str, str]:
    said, errors = StringIO(), StringIO()
    try:
        call_command("verify_queue", str(event), stdout=said, stderr=errors)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue(), errors.getvalue()
    return 0, said.getvalue(), errors.getvalue()


def test_the_command_says_that_all_is_well(room):
    room.refresh_from_db()

    assert command(room.event_id) == (0, f"All 8 entries fit.\nHead: {room.head}\n", "")


def test_the_command_names_the_first_entry_that_does_not_fit(room):
    with unguarded() as run:
        run("UPDATE ENTRIES SET body = '{}' WHERE sequence IN (4, 6)")
        answer = command(room.event_id)

    assert answer == (1, "Entry 4 does not fit: its digest is not that of what it says.\n", "")


def test_the_command_knows_events_with_a_waiting_room_only(db):
    with pytest.raises(CommandError, match="Event 77 has no waiting room"):
        call_command("verify_queue", "77")


def test_a_hundred_thousand_entries_are_read_in_a_few_seconds(room):
    for start in range(403, 100_403, 10_000):
        some = [notes.joined(first=one, last=one) for one in range(start, start + 10_000)]
        write(room, *some)
    assert RecordEntry.objects.count() == 100_008

    began = perf_counter()
    code, said, progress = command(room.event_id)
    took = perf_counter() - began

    assert (code, said.splitlines()[0]) == (0, "All 100008 entries fit.")
    assert len(progress.splitlines()) == 21
    assert progress.startswith("5,000 of 100,008")
    assert took < 8
