"""Operators keep halls in the admin: versions, import, export, and what the editor asks for."""

import orjson
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import a_seated_event, a_user
from tests.seating.drawings import document, seat
from ticketing.models import Event, Hall, Layout
from ticketing.seating.documents import write_layout
from ticketing.seating.files import read_file
from ticketing.seating.samples import sample
from ticketing.services.seating import keep_layout

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/admin/ticketing/hall/"


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(a_user("operator", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def hall(db: None) -> Hall:
    return Hall.objects.create(name="연습 극장")


@pytest.fixture
def layout(hall: Hall) -> Layout:
    return keep_layout(hall=hall, plan=sample("theatre"))


def a_file(content: bytes, name: str = "hall.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def bring(operator: Client, hall: Hall, content: bytes, press: str = "keep"):
    return operator.post(f"{HOME}{hall.pk}/import/", {"file": a_file(content), press: "1"})


def save(operator: Client, hall: Hall, drawn: dict):
    form = {"layout": a_file(orjson.dumps(drawn))}
    return operator.post(f"{HOME}{hall.pk}/editor/", form, headers={"Accept": "application/json"})


def ask(operator: Client, hall: Hall, tool: str, **fields):
    form = {f"{tool}-{name}": value for name, value in fields.items()}
    return operator.post(f"{HOME}{hall.pk}/editor/{tool}/", form)


def errors_of(response) -> set[tuple[str, str]]:
    return {
        (one["message"], field) for field, all_ in response.json()["fields"].items() for one in all_
    }


def test_the_list_says_what_there_is(
    operator: Client, layout: Layout, django_assert_max_num_queries
) -> None:
    keep_layout(hall=layout.hall, plan=sample("concert"))
    Hall.objects.create(name="빈 홀")
    a_seated_event(sample("theatre"))
    operator.get(HOME)

    with django_assert_max_num_queries(6):
        page = operator.get(HOME)

    rows = {row.name: row for row in page.context["cl"].result_list}
    drawn, empty = rows["연습 극장"], rows["빈 홀"]
    assert (drawn.layout_count, drawn.layout_seats, drawn.event_count) == (2, 1243, None)
    assert (empty.layout_count, empty.layout_seats) == (0, None)
    assert rows[sample("theatre").name].event_count == 1
    assert page.content.count(b'<svg class="sketch"') == 2


def test_a_new_hall_leads_to_its_own_page(operator: Client) -> None:
    answer = operator.post(f"{HOME}add/", {"name": "새 홀"}, follow=True)

    hall = Hall.objects.get()
    assert answer.redirect_chain[-1][0] == f"{HOME}{hall.pk}/change/"
    assert f"{HOME}{hall.pk}/editor/" in answer.content.decode()


def test_an_import_makes_a_new_layout_and_events_keep_theirs(operator: Client) -> None:
    event = a_seated_event(sample("theatre"))
    hall, before = event.layout.hall, event.layout_id

    assert bring(operator, hall, orjson.dumps(document())).status_code == 302

    assert hall.newest_layout().num_seats == 5
    assert Event.objects.get(pk=event.pk).layout_id == before
    page = operator.get(f"{HOME}{hall.pk}/change/").content.decode()
    assert page.count('class="layout-card"') == 2


def test_the_same_drawing_again_makes_no_other_layout(operator: Client, layout: Layout) -> None:
    bring(operator, layout.hall, orjson.dumps(layout.document))

    assert Layout.objects.get() == layout


def test_all_errors_of_a_file_are_named_by_line(operator: Client, layout: Layout) -> None:
    table = "section,row,label,x,y,category\n1F,A,1,10,x,R\n1F,A,2,10,10,R\n1F,A,2,12,10,R"

    page = bring(operator, layout.hall, table.encode())

    assert page.status_code == 422
    assert [place for place, _ in page.context["errors"]] == ["2번째 줄", "4번째 줄"]
    assert Layout.objects.count() == 1


def test_a_check_shows_the_hall_and_keeps_nothing(operator: Client, hall: Hall) -> None:
    page = bring(operator, hall, orjson.dumps(document()), press="check")

    assert page.status_code == 200
    assert b'<svg class="sketch"' in page.content
    assert not Layout.objects.exists()


def test_an_import_needs_a_file_or_a_sample(operator: Client, hall: Hall) -> None:
    empty = operator.post(f"{HOME}{hall.pk}/import/", {"keep": "1"})
    of_sample = operator.post(f"{HOME}{hall.pk}/import/", {"keep": "1", "sample": "theatre"})

    assert (empty.status_code, of_sample.status_code) == (422, 302)
    assert hall.layouts.get().version == sample("theatre").version


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_can_be_imported(operator: Client, layout: Layout, form: str) -> None:
    answer = operator.get(f"{HOME}{layout.hall_id}/layouts/{layout.version}.{form}")

    plan = sample("theatre")
    assert answer["Content-Disposition"].startswith("attachment")
    assert read_file(answer.content, name=plan.name, base=plan).version == layout.version


def test_the_editor_opens_any_layout_and_an_empty_hall(operator: Client, layout: Layout) -> None:
    other = Hall.objects.create(name="빈 홀")
    keep_layout(hall=layout.hall, plan=sample("concert"))

    def opened(address: str) -> str | None:
        shown = operator.get(address).context["layout"]
        return shown and shown.version

    home = f"{HOME}{layout.hall_id}/editor/"
    assert opened(home) == sample("concert").version
    assert opened(f"{home}?layout={layout.version}") == layout.version
    assert opened(f"{HOME}{other.pk}/editor/") is None
    assert operator.get(f"{home}?layout=c0ffee").status_code == 404


def test_what_is_drawn_becomes_a_layout(operator: Client, hall: Hall) -> None:
    answer = save(operator, hall, document())

    assert answer.json() == {"url": f"{HOME}{hall.pk}/change/"}
    assert hall.layouts.get().num_seats == 5
    history = operator.get(f"{HOME}{hall.pk}/history/").content.decode()
    assert hall.layouts.get().version[:8] in history


def test_all_errors_of_a_drawing_come_back(operator: Client, hall: Hall) -> None:
    seats = [seat(1, 10, 10), seat(1, 30, 10), seat(3, 5000, 10, category="Z")]
    sections = [{"key": "S", "rows": [{"key": "1", "seats": seats}]}]

    answer = save(operator, hall, document(sections=sections))

    assert answer.status_code == 422
    assert [place for place, _ in answer.json()["errors"]] == [
        "sections[0].rows[0].seats[1]",
        "sections[0].rows[0].seats[2]",
        "sections[0].rows[0].seats[2]",
    ]
    assert not Layout.objects.exists()


def test_a_hall_of_twenty_thousand_can_be_saved(operator: Client, hall: Hall) -> None:
    assert save(operator, hall, write_layout(sample("stadium"))).status_code == 200


BLOCK = {
    "rows": 2,
    "seats": 4,
    "first_row": "가",
    "numbering": "odd-even",
    "first_seat": 1,
    "across": 20,
    "down": 24,
    "aisle": 20,
    "aisles_after": "2",
    "bow": 0,
    "turn": 0,
    "category": "R",
}
ARC = {
    "rows": 3,
    "radius": 160,
    "opening": 80,
    "first_row": "A",
    "numbering": "left",
    "first_seat": 1,
    "across": 20,
    "down": 24,
    "aisle": 20,
    "category": "R",
}
NUMBER = {
    "counts": "3,4",
    "name_rows": "on",
    "first_row": "B",
    "rows_from": "front",
    "number_seats": "on",
    "numbering": "left",
    "first_seat": "1",
}


def test_blocks_come_from_the_one_generator(operator: Client, hall: Hall) -> None:
    rows = ask(operator, hall, "block", **BLOCK).json()["rows"]

    assert [row["key"] for row in rows] == ["가", "나"]
    assert [one["label"] for one in rows[0]["seats"]] == ["3", "1", "2", "4"]
    assert [one.get("aisle_after", False) for one in rows[0]["seats"]] == [
        False,
        True,
        False,
        False,
    ]


def test_arcs_do_too(operator: Client, hall: Hall) -> None:
    rows = ask(operator, hall, "arc", **ARC).json()["rows"]

    counts = [len(row["seats"]) for row in rows]
    assert counts == sorted(counts)
    assert counts[0] == 12


@pytest.mark.parametrize(
    ("changes", "rows", "labels"),
    [
        ({}, ["B", "C"], [["1", "2", "3"], ["1", "2", "3", "4"]]),
        ({"rows_from": "back"}, ["C", "B"], [["1", "2", "3"], ["1", "2", "3", "4"]]),
        ({"name_rows": ""}, None, [["1", "2", "3"], ["1", "2", "3", "4"]]),
        ({"number_seats": ""}, ["B", "C"], None),
        (
            {"first_seat": "A", "numbering": "right"},
            ["B", "C"],
            [["C", "B", "A"], ["D", "C", "B", "A"]],
        ),
    ],
)
def test_rows_and_seats_are_numbered(operator: Client, hall: Hall, changes, rows, labels) -> None:
    said = ask(operator, hall, "number", **{**NUMBER, **changes}).json()

    assert said == {"rows": rows, "labels": labels}


@pytest.mark.parametrize(
    ("tool", "fields", "wrong"),
    [
        ("block", {**BLOCK, "rows": 201}, "rows"),
        ("block", {**BLOCK, "first_row": "?"}, "first_row"),
        ("block", {**BLOCK, "aisles_after": "two"}, "aisles_after"),
        ("block", {**BLOCK, "across": "nan"}, "across"),
        ("arc", {**ARC, "aisles_at": "50"}, "aisles_at"),
        ("arc", {**ARC, "radius": 50_000, "opening": 350, "rows": 200}, "__all__"),
        ("number", {**NUMBER, "counts": ""}, "counts"),
        ("number", {**NUMBER, "counts": "100000"}, "counts"),
        ("number", {**NUMBER, "counts": "nan,1"}, "counts"),
        ("number", {**NUMBER, "counts": "inf"}, "counts"),
        ("number", {**NUMBER, "first_seat": "A", "numbering": "centre"}, "first_seat"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    operator: Client, hall: Hall, tool: str, fields: dict, wrong: str
) -> None:
    answer = ask(operator, hall, tool, **fields)

    assert answer.status_code == 422
    assert {field for _, field in errors_of(answer)} == {wrong}


def test_there_are_no_other_tools(operator: Client, hall: Hall) -> None:
    assert ask(operator, hall, "circle", rows=1).status_code == 404
    assert operator.get(f"{HOME}{hall.pk}/editor/block/").status_code == 404


PAGES = ["import/", "editor/", "editor/block/"]


def staff_with(*rights: str) -> Client:
    user = a_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def test_staff_without_the_right_are_refused(layout: Layout) -> None:
    stranger = staff_with("view_event")
    home = f"{HOME}{layout.hall_id}/"

    for page in (*PAGES, f"layouts/{layout.version}.json", f"layouts/{layout.version}.csv"):
        assert stranger.get(home + page).status_code == 403
    for page in PAGES:
        assert stranger.post(home + page, {"sample": "theatre", "keep": "1"}).status_code == 403
    assert Layout.objects.get() == layout


def test_those_who_may_look_may_export_but_not_draw(layout: Layout) -> None:
    reader = staff_with("view_hall")
    home = f"{HOME}{layout.hall_id}/"

    assert reader.get(f"{home}layouts/{layout.version}.json").status_code == 200
    assert reader.get(f"{home}change/").status_code == 200
    assert reader.get(f"{home}editor/").status_code == 403


def test_nothing_is_taken_without_the_token(hall: Hall) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_user("boss", is_staff=True, is_superuser=True))

    assert save(client, hall, document()).status_code == 403
    assert bring(client, hall, orjson.dumps(document())).status_code == 403
    assert not Layout.objects.exists()


def test_a_layout_of_another_hall_is_not_there(operator: Client, layout: Layout) -> None:
    other = Hall.objects.create(name="다른 홀")

    assert operator.get(f"{HOME}{other.pk}/layouts/{layout.version}.json").status_code == 404
    assert operator.get(f"{HOME}{other.pk}/editor/?layout={layout.version}").status_code == 404


def test_a_hall_in_use_is_not_deleted(operator: Client) -> None:
    event = a_seated_event(sample("theatre"))
    free = Hall.objects.create(name="빈 홀")

    for hall in (event.layout.hall, free):
        operator.post(f"{HOME}{hall.pk}/delete/", {"post": "yes"})

    assert Hall.objects.get() == event.layout.hall
    assert event.seats.count() == 265
