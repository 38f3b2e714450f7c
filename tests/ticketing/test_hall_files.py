"""Halls come and go as files: by page and by command."""

import io
import time
from collections.abc import Iterator

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from tests.builders import a_user
from tests.seating.drawings import document
from ticketing.models import Hall
from ticketing.seating.files import LARGEST_FILE, read_file, write_csv, write_json
from ticketing.seating.limits import WrongLayout
from ticketing.seating.samples import SAMPLES, sample
from ticketing.services.seating import keep_layout


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_each_sample_comes_back_from_its_file_as_it_was(name: str) -> None:
    plan = sample(name)

    assert read_file(write_json(plan), name="another").version == plan.version
    assert read_file(write_csv(plan), name=plan.name, base=plan).version == plan.version


def test_a_json_file_has_a_line_for_each_seat() -> None:
    plan = sample("theatre")

    assert write_json(plan).count(b'\n{"label"') == 265


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b'{"name":\n wrong}', "line 2", "not JSON"),
        (b"PK\x03\x04....", "", "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "line 1", "UTF-8"),
        (b"", "line 1", "missing"),
        ("구역,열\n".encode("cp949"), "line 1", "UTF-8"),
        (b"[]", "", "must be an object"),
        (b"section,row,label,x,y,category\n1F,A,1,a,2,R\n", "line 2", "number"),
    ],
)
def test_wrong_files_are_refused_by_the_place_of_what_is_wrong(content, place, words) -> None:
    with pytest.raises(WrongLayout) as refusal:
        read_file(content, name="x")

    assert any(where == place and words in what for where, what in refusal.value.errors)


def test_a_million_seats_are_refused_at_once_by_name() -> None:
    table = b"section,row,label,x,y,category\n" + b"1,A,1,1,1,A\n" * 1_000_000
    seats = [{"label": "1", "x": 1, "y": 1, "category": "A"}] * 1_000_000
    rows = [{"key": "1", "seats": seats}]
    drawing = orjson.dumps({"sections": [{"key": "1", "rows": rows}]})
    began = time.monotonic()

    with pytest.raises(WrongLayout, match="at most 50,000 seats, and this one has 1,000,000"):
        read_file(table, name="x")
    with pytest.raises(WrongLayout, match="MB"):
        read_file(drawing, name="x")

    assert len(drawing) > LARGEST_FILE
    assert time.monotonic() - began < 2


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(a_user("operator", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def hall(db: None) -> Hall:
    return Hall.objects.create(name="소극장")


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_commands_bring_a_hall_from_file_to_file(hall: Hall, tmp_path, suffix: str) -> None:
    layout = keep_layout(hall=hall, plan=sample("theatre"))
    file = tmp_path / f"hall.{suffix}"

    call_command("export_hall", "소극장", str(file), stdout=io.StringIO())
    call_command("import_hall", str(file), "--name", "소극장", stdout=io.StringIO())
    call_command("import_hall", str(file), "--name", "Another", stdout=io.StringIO())

    assert [one.version for one in hall.layouts.all()] == [layout.version]
    assert Hall.objects.get(name="Another").layouts.get().num_seats == 265


def test_the_command_names_every_error_and_makes_nothing(db: None, tmp_path) -> None:
    file = tmp_path / "hall.json"
    file.write_bytes(orjson.dumps(document(width="wide", height=-1)))

    with pytest.raises(CommandError) as refusal:
        call_command("import_hall", str(file), "--name", "New")

    assert "“width” must be a number" in str(refusal.value)
    assert "“height” must lie between" in str(refusal.value)
    assert not Hall.objects.exists()


def test_commands_say_no_to_what_is_not_there(hall: Hall, tmp_path) -> None:
    with pytest.raises(CommandError, match="no such layout"):
        call_command("export_hall", "소극장", str(tmp_path / "x.json"))
    with pytest.raises(CommandError):
        call_command("import_hall", str(tmp_path / "nothing.csv"), "--name", "x")


def test_uploads_have_a_limit_in_the_page(operator: Client, hall: Hall) -> None:
    large = SimpleUploadedFile("hall.csv", b"\n" * (LARGEST_FILE + 1))

    page = operator.post(f"/admin/ticketing/hall/{hall.pk}/import/", {"file": large, "keep": "1"})

    assert page.status_code == 422
    assert "MB" in page.content.decode()
