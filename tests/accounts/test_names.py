import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts import services
from accounts.errors import EmailTaken, EmpNoTaken, NameTaken, NotOwnAddress
from accounts.models import User
from accounts.names import validate_name
from tests.accounts.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["minji", "민지", "a.b+c-d_e", "o'neil@example.com"])
def test_plain_names_and_addresses_are_names(name):
    validate_name(name)


@pytest.mark.parametrize("name", ["", "two words", "min\0ji", "a@b", "@minji", "x\n", "<b>"])
def test_anything_else_is_no_name(name):
    with pytest.raises(ValidationError):
        validate_name(name)


@pytest.mark.parametrize("asked", ["minji", "MINJI", "minji@example.com", "MINJI@EXAMPLE.COM"])
def test_a_user_is_found_by_name_or_address_whatever_the_case(minji, asked):
    assert User.objects.named(asked).get() == minji


def test_an_address_alone_is_enough():
    by_address = User.objects.create_user(email="jisoo@example.com", password=PASSWORD)
    by_name = User.objects.create_user("hana@example.com", password=PASSWORD)

    assert by_address.username == "jisoo@example.com"
    assert by_name.email == "hana@example.com"


def test_nobody_may_take_a_strangers_address_as_a_name(minji):
    with pytest.raises(NotOwnAddress):
        services.sign_up(username="minji@example.com", email="x@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"username": "MinJi"}, NameTaken),
        ({"username": "other", "email": "minji@EXAMPLE.com"}, EmailTaken),
        ({"username": "other", "emp_no": "1001"}, EmpNoTaken),
    ],
)
def test_what_is_taken_is_refused_by_the_database(fields, refusal):
    make_user("minji", email="minji@example.com", emp_no="1001")

    with pytest.raises(refusal):
        services.sign_up(password=PASSWORD, **fields)

    assert User.objects.count() == 1


def test_many_have_neither_address_nor_employee_number():
    for name in ("a1", "a2", "a3"):
        services.sign_up(username=name, password=PASSWORD, emp_no="")

    assert User.objects.filter(email="", emp_no=None).count() == 3


def test_an_empty_employee_number_is_none():
    with pytest.raises(IntegrityError, match="user_emp_no_said"):
        make_user(emp_no="")


@pytest.mark.parametrize("asked", ["minji", "minji@example.com"])
def test_finding_a_name_uses_an_index(asked):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "Index" in User.objects.named(asked).explain()
