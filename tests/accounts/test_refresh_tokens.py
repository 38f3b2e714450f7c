import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts import refresh, services
from accounts.errors import InvalidToken
from accounts.models import RefreshToken, User
from tests.accounts.people import make_user


def sign_in_app(user):
    return refresh.start_family(user=user, device="app")


def test_each_token_leads_to_the_next(minji):
    first = sign_in_app(minji)
    user_id, second = refresh.rotate(first)
    _, third = refresh.rotate(second)

    assert user_id == minji.pk
    assert len({first, second, third}) == 3
    assert RefreshToken.objects.count() == 1


def test_a_replayed_token_ends_its_family_and_no_other(minji):
    stolen, other = sign_in_app(minji), sign_in_app(minji)
    _, newest = refresh.rotate(stolen)

    for token in (stolen, newest):
        with pytest.raises(InvalidToken):
            refresh.rotate(token)

    assert refresh.rotate(other)[0] == minji.pk


def test_a_signed_out_app_stays_out(minji):
    token = sign_in_app(minji)
    refresh.end_family(token)
    refresh.end_family(token)

    with pytest.raises(InvalidToken):
        refresh.rotate(token)


def test_an_expired_token_is_refused(minji, settings):
    settings.REFRESH_TOKEN_LIFETIME = timedelta(seconds=-1)

    with pytest.raises(InvalidToken):
        refresh.rotate(sign_in_app(minji))


def test_a_deactivated_user_gets_no_more_tokens(minji):
    token = sign_in_app(minji)
    User.objects.update(is_active=False)

    with pytest.raises(InvalidToken):
        refresh.rotate(token)
    with pytest.raises(InvalidToken):
        sign_in_app(minji)


def test_no_token_is_given_for_a_password_that_was_changed_meanwhile(minji):
    verified = User.objects.get()
    services.change_password(user=minji, password="another pass phrase")

    with pytest.raises(InvalidToken):
        sign_in_app(verified)


def test_only_a_digest_is_kept(minji):
    token = sign_in_app(minji)
    _, secret = refresh._parts(token)

    assert bytes(RefreshToken.objects.get().digest) == refresh._digest(secret)
    assert secret not in bytes(RefreshToken.objects.get().digest)


@given(st.text() | st.binary(max_size=64).map(lambda raw: refresh.urlsafe_b64encode(raw).decode()))
def test_garbage_has_no_parts(garbage):
    try:
        _, secret = refresh._parts(garbage)
    except InvalidToken:
        return
    assert len(secret) == 32


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_at_most_goes_on_and_the_replay_is_noticed():
    token = sign_in_app(make_user())
    together, answers = threading.Barrier(8), []

    def swap():
        try:
            together.wait()
            answers.append(refresh.rotate(token)[1])
        except InvalidToken:
            answers.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=swap) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(answers) == 8
    assert sum(answer is not None for answer in answers) == 1
    assert not RefreshToken.objects.exists()
