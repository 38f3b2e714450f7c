from datetime import timedelta

import pytest
from django.test import RequestFactory
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import bearer_user_id
from accounts.errors import InvalidToken
from accounts.models import Session, User
from accounts.tokens import issue_access
from tests.accounts.people import bearer, make_user


class WhoAmI(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"id": request.user.pk})


class OperatorsOnly(APIView):
    permission_classes = (IsAdminUser,)

    def get(self, request):
        return Response({"operator": request.user.username})


def get(view, token):
    return view.as_view()(RequestFactory().get("/api/x", headers=bearer(token)))


def test_who_asks_costs_no_query(minji, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = get(WhoAmI, issue_access(minji.pk))

    assert response.data == {"id": minji.pk}


def test_the_row_is_read_once_and_whole(minji, django_assert_num_queries):
    with django_assert_num_queries(1):
        user = User.known_by_id(minji.pk)
        assert (user.username, user.is_staff, user.language) == ("minji", False, "ko")


def test_a_user_known_by_id_serves_in_a_filter_without_being_read(minji, django_assert_num_queries):
    user = User.known_by_id(minji.pk)

    with django_assert_num_queries(1):
        assert not Session.objects.filter(user=user).exists()


def test_a_demoted_operator_is_none_at_once(db):
    operator = make_user("boss", is_staff=True)
    token = issue_access(operator.pk)
    assert get(OperatorsOnly, token).status_code == 200

    User.objects.update(is_staff=False)

    assert get(OperatorsOnly, token).status_code == 403


@pytest.mark.parametrize(
    "end",
    [lambda: User.objects.update(is_active=False), lambda: User.objects.all().delete()],
    ids=["deactivated", "deleted"],
)
def test_a_user_who_is_gone_is_refused_where_the_row_is_read(db, end):
    operator = make_user("boss", is_staff=True)
    token = issue_access(operator.pk)
    end()

    response = get(OperatorsOnly, token)

    assert response.status_code == 401
    user = User.known_by_id(operator.pk)
    for _ in range(2):
        with pytest.raises(InvalidToken):
            user.has_perm("accounts.view_user")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": ""}])
def test_no_token_is_nobody(header):
    assert bearer_user_id(RequestFactory().get("/", headers=header)) is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer x.y.z", "Bearer a b"])
def test_a_bad_token_is_refused_and_not_overlooked(header):
    with pytest.raises(InvalidToken):
        bearer_user_id(RequestFactory().get("/", headers={"Authorization": header}))


def test_an_expired_token_is_a_401_that_says_how_to_sign_in(db):
    response = get(WhoAmI, issue_access(7, lifetime=timedelta(minutes=-1)))

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Bearer")
