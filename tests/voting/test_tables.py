"""Places in and out of spreadsheets."""

import pytest

from tests.voting.rounds import a_menu, a_place
from voting.errors import WrongTable
from voting.models import Menu, Place
from voting.services.importing import import_places
from voting.tables import COLUMNS, write_places

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "name,address,phone,link,price_level,distance,menus,memo\n"


def test_a_table_is_read_and_what_is_there_stays(alice):
    known = a_place("을지면옥", address="을지로 1", phone="02-1")
    rice = a_menu("비빔밥")
    table = HEAD + (
        "을지 면옥,을지로 1,02-2,,,,,\n"
        '새집,을지로 2,02-3,https://example.com/,2,150,비빔밥; 냉면,"쉼표, 있음"\n\n'
    )

    imported = import_places(table=table.encode("utf-8-sig"), user_id=alice.pk)

    assert imported == (1, 1)
    known.refresh_from_db()
    assert known.phone == "02-1"
    new = Place.objects.get(name="새집")
    assert (new.price_level, new.distance, new.memo, new.added_by) == (2, 150, "쉼표, 있음", alice)
    assert {menu.name for menu in new.menus.all()} == {"비빔밥", "냉면"}
    assert rice in new.menus.all()
    assert Menu.objects.count() == 2


def test_a_table_read_twice_adds_nothing(alice):
    table = HEAD + "새집,,,,,,,\n새 집,,,,,,,\n"

    assert import_places(table=table) == (1, 1)
    assert import_places(table=table) == (0, 2)


def test_every_error_is_told_by_its_line_and_nothing_is_added():
    table = HEAD + ("좋은 집,,,,,,,\n,,,,,,,주소만\n나쁜 집,,,javascript:alert(1),9,멀다,,\n")

    with pytest.raises(WrongTable) as refusal:
        import_places(table=table)

    errors = refusal.value.facts["errors"]
    assert set(errors) == {"line 3", "line 4"}
    assert len(errors["line 4"]) == 3
    assert not Place.objects.exists()


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"where,what\nx,y\n",
        b"name,name\nx,y\n",
        b"\xff\xfe\x00",
        HEAD + '"no end,,,,,,,\n',
        b"x" * (1024 * 1024 + 1),
        HEAD + "x,,,,,," + "가" * 61 + ",\n",
        HEAD + "\n".join(f"x{n}" for n in range(5001)),
    ],
)
def test_what_is_no_table_is_refused(table):
    with pytest.raises(WrongTable):
        import_places(table=table)

    assert not Place.objects.exists()


def test_what_is_written_can_be_read():
    place = a_place("=HYPERLINK()", address="서울, 을지로", memo="+1", price_level=4, distance=0)
    place.menus.add(a_menu("밥"), a_menu("빵"))

    table = write_places(Place.objects.prefetch_related("menus"))

    assert table.splitlines()[0] == ",".join(COLUMNS)
    assert "\n'=HYPER" in table.replace("\r\n", "\n")
    Place.objects.all().delete()
    import_places(table=table)
    again = Place.objects.get()
    told = [
        (one.name, one.address, one.memo, one.price_level, one.distance) for one in (place, again)
    ]
    assert told[0] == told[1]
    assert again.menus.count() == 2
