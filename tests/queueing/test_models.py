"""What can never be false of a waiting room, and numbers that are given once."""

import pytest
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from queueing import notes
from queueing.claims import BLOCK, note_traffic, reserve_numbers
from queueing.models import RecordEntry, Traffic, WaitingRoom
from queueing.record import append_entries
from tests.queueing.rooms import a_room
from tests.races import kinds, race

BOUNDS = {
    "threshold": (1, 1_000_000),
    "rate": (1, 1_000_000),
    "grace_seconds": (30, 3600),
    "grace_signed_in_seconds": (300, 24 * 3600),  # not less than the other grace
    "claim_seconds": (15, 900),
    "idle_seconds": (30, 3600),
}


@pytest.fixture
def room(db: None) -> WaitingRoom:
    return a_room(grace_signed_in_seconds=3600)


def refuses(room: WaitingRoom, **fields) -> bool:
    try:
        with transaction.atomic():
            WaitingRoom.objects.filter(pk=room.pk).update(**fields)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("field", BOUNDS)
def test_limits_stay_within_their_bounds(room, field):
    low, high = BOUNDS[field]

    assert not refuses(room, **{field: low})
    assert not refuses(room, **{field: high})
    assert refuses(room, **{field: low - 1})
    assert refuses(room, **{field: high + 1})


@pytest.mark.parametrize("field", BOUNDS)
def test_forms_refuse_what_the_database_would(room, field):
    low, high = BOUNDS[field]

    for wrong in (low - 1, high + 1):
        setattr(room, field, wrong)
        with pytest.raises(ValidationError):
            room.full_clean()


def test_has_no_other_mode(room):
    assert refuses(room, mode="random")


def test_a_seed_comes_with_its_hash(room):
    assert not refuses(room, seed="a" * 64, seed_hash="b" * 64)
    assert refuses(room, seed="", seed_hash="b" * 64)
    assert refuses(room, seed="short", seed_hash="b" * 64)


def test_an_event_has_one_room(room):
    with pytest.raises(IntegrityError):
        a_room(event=room.event)


def test_a_form_writes_nothing_that_statements_write(room):
    behind = WaitingRoom.objects.get(pk=room.pk)
    append_entries(room_id=room.pk, notes=[notes.joined(first=1, last=2)])
    reserve_numbers(room)
    WaitingRoom.objects.filter(pk=room.pk).update(epoch=4)

    behind.threshold = 9
    behind.save()

    room.refresh_from_db()
    assert (room.threshold, room.version) == (9, 2)
    assert (room.epoch, room.reserved, room.num_entries) == (4, BLOCK, 1)
    assert room.head


def test_numbers_follow_those_that_were_reserved_before(room, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = reserve_numbers(room, count=100)
    second = reserve_numbers(room, count=1)

    assert (first, second) == (range(1, 101), range(101, 102))


def test_a_room_that_is_gone_has_no_numbers(room):
    WaitingRoom.objects.filter(pk=room.pk).delete()

    with pytest.raises(WaitingRoom.DoesNotExist):
        reserve_numbers(room)


def test_numbers_end_where_redis_would_round_them(room):
    WaitingRoom.objects.filter(pk=room.pk).update(reserved=2**53 - 1)

    assert reserve_numbers(room, count=1) == range(2**53, 2**53 + 1)
    with pytest.raises(IntegrityError):
        reserve_numbers(room, count=1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nobody_gets_the_numbers_of_another():
    room = a_room()

    blocks = race([lambda: reserve_numbers(room, count=7)] * 60)

    assert kinds(blocks) == {"range": 60}
    assert sorted(number for block in blocks for number in block) == list(range(1, 421))


def written(room: WaitingRoom) -> RecordEntry:
    append_entries(room_id=room.pk, notes=[notes.joined(first=1, last=5)])
    return room.record.get()


@pytest.mark.parametrize("field", ["sequence", "kind", "body", "previous", "digest", "at"])
def test_what_is_written_cannot_be_changed(room, field):
    entry = written(room)
    other = {"sequence": 2, "kind": "called", "body": {}, "at": timezone.now()}

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        RecordEntry.objects.filter(pk=entry.pk).update(**{field: other.get(field, "x")})

    assert room.record.get() == entry


def test_what_is_written_cannot_be_deleted(room):
    entry = written(room)

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        entry.delete()
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        RecordEntry.objects.all().delete()

    assert room.record.count() == 1


def test_the_record_and_the_traffic_go_with_the_event(room):
    other = a_room()
    for one in (room, other):
        written(one)
        note_traffic(one, timezone.now(), joined=1)

    room.event.delete()

    assert list(WaitingRoom.objects.all()) == [other]
    assert [entry.room_id for entry in RecordEntry.objects.all()] == [other.pk]
    assert [minute.room_id for minute in Traffic.objects.all()] == [other.pk]


def test_a_long_record_goes_with_its_event_in_a_moment(room):
    append_entries(room_id=room.pk, notes=[notes.admitted(quantity=1, by=1)] * 20_000)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
        WaitingRoom.objects.get(pk=room.pk).event.delete()

    assert not RecordEntry.objects.exists()


def test_deleting_an_event_does_not_list_its_record(room):
    written(room)
    found = NestedObjects(using="default")

    found.collect([room.event])

    assert RecordEntry not in found.model_objs


def test_an_entry_belongs_to_a_room_that_there_is(db):
    row = {"at": timezone.now(), "kind": "begun", "body": {}, "digest": "x"}

    with pytest.raises(IntegrityError), transaction.atomic():
        RecordEntry.objects.create(room_id=2**40, sequence=1, **row)
