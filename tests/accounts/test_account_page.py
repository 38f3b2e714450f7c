import pytest
from django.contrib.auth import get_user
from django.test import Client

from accounts import refresh
from accounts.models import RefreshToken, Session
from tests.accounts.people import PASSWORD, make_user


@pytest.fixture
def signed_in(client, minji):
    client.force_login(minji)
    return client


def save(client, **said):
    unchanged = {"name": "", "email": "Minji@example.com", "language": "ko"}
    return client.post("/accounts/", unchanged | said)


def test_one_says_who_one_is(signed_in, minji):
    response = save(signed_in, name="김민지", emp_no="1001", language="en")

    minji.refresh_from_db()
    assert response.status_code == 302
    assert (minji.name, minji.emp_no, minji.language) == ("김민지", "1001", "en")
    assert response.cookies["django_language"].value == "en"


def test_an_employee_number_once_said_stays(signed_in, minji):
    save(signed_in, emp_no="1001")
    save(signed_in, emp_no="2002")

    minji.refresh_from_db()
    assert minji.emp_no == "1001"


def test_nobody_takes_the_employee_number_of_another(signed_in, minji):
    make_user("sora", emp_no="1001")

    response = save(signed_in, emp_no="1001")

    minji.refresh_from_db()
    assert "emp_no" in response.context["form"].errors
    assert minji.emp_no is None


@pytest.mark.parametrize(
    ("password", "email"), [("", "Minji@example.com"), (PASSWORD, "new@example.com")]
)
def test_the_address_changes_with_the_password_only(signed_in, minji, password, email):
    save(signed_in, email="new@example.com", current_password=password)

    minji.refresh_from_db()
    assert minji.email == email


def test_a_name_that_is_an_address_follows_it(client, db):
    jisoo = make_user("jisoo@example.com")
    client.force_login(jisoo)

    assert save(client, email="", current_password=PASSWORD).status_code == 200
    save(client, email="new@example.com", current_password=PASSWORD)

    jisoo.refresh_from_db()
    assert (jisoo.username, jisoo.email) == ("new@example.com", "new@example.com")


def test_an_address_in_use_is_refused(signed_in, minji):
    make_user("sora", email="sora@example.com")

    response = save(signed_in, email="SORA@example.com", current_password=PASSWORD)

    minji.refresh_from_db()
    assert response.status_code in {200, 409}
    assert minji.email == "Minji@example.com"


def test_one_sees_where_one_is_signed_in_and_nothing_of_others(signed_in, minji):
    refresh.start_family(user=minji, device="okhttp/5.1")
    refresh.start_family(user=make_user("sora"), device="strange")

    page = signed_in.get("/accounts/").content.decode()

    assert "okhttp" in page
    assert "strange" not in page
    assert page.count('class="device"') == 2
    assert page.count("device-current") == 1


def test_signing_out_everywhere_leaves_nothing(signed_in, minji):
    elsewhere = Client()
    elsewhere.force_login(minji)
    refresh.start_family(user=minji, device="app")

    assert signed_in.get("/accounts/sign-out-everywhere").status_code == 405
    response = signed_in.post("/accounts/sign-out-everywhere")

    assert response["Location"] == "/accounts/sign-in"
    assert not get_user(elsewhere).is_authenticated
    assert not Session.objects.filter(user=minji).exists()
    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize("path", ["", "password"])
def test_a_visitor_is_asked_to_sign_in(client, db, path):
    response = client.get(f"/accounts/{path}")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in?next=/accounts/")


def test_the_page_costs_few_queries(signed_in, minji, django_assert_max_num_queries):
    for _ in range(5):
        refresh.start_family(user=minji, device="app")

    with django_assert_max_num_queries(4):
        signed_in.get("/accounts/")
