import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import tokens
from accounts.errors import InvalidToken
from accounts.tokens import issue_access, read_access

OLD, NEW = "an old secret key, long enough to use", "a new secret key, long enough to use"


def own_key():
    return next(iter(tokens._own_keys().values()))


def forged(*, key=None, header=None, algorithm="HS256", **claims):
    """Return a token like ours but for what is said."""
    ours = own_key()
    now = datetime.now(UTC)
    said = {"sub": "7", "aud": "jari", "iat": now, "exp": now + timedelta(minutes=5)} | claims
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key or ours.secret, algorithm, ours.header | (header or {}))


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_says_who_and_nothing_else():
    claims = jwt.decode(issue_access(7), options={"verify_signature": False})

    assert read_access(issue_access(7)) == 7
    assert set(claims) == {"sub", "aud", "iat", "exp"}


def test_the_forgery_kit_makes_good_tokens():
    assert read_access(forged()) == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": datetime.now(UTC) - timedelta(seconds=6)},
        {"exp": None},
        {"iat": datetime.now(UTC) + timedelta(days=1)},
        {"iat": None},
        {"aud": "elsewhere"},
        {"aud": None},
        {"sub": None},
        {"sub": "-7"},
        {"sub": "7 "},
        {"sub": "٧"},
        {"sub": "9" * 30},
        {"sub": ""},
        {"key": b"a key that is somebody else's".ljust(64, b".")},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "pass"}},
        {"header": {"kid": "00000000"}},
        {"header": {"extra": "x" * 10}},
        {"algorithm": "HS512", "key": own_key().secret * 2},
    ],
    ids=str,
)
def test_a_token_that_is_not_just_ours_is_refused(wrong):
    with pytest.raises(InvalidToken):
        read_access(forged(**wrong))


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256"])
def test_an_unsigned_token_is_refused(algorithm):
    header = part({"alg": algorithm, "typ": "at+jwt", "kid": own_key().header["kid"]})
    body = issue_access(7).split(".")[1]

    for token in (f"{header}.{body}.", f"{header}.{body}"):
        with pytest.raises(InvalidToken):
            read_access(token)


def test_each_changed_character_is_refused():
    token = issue_access(7)

    for position in range(len(token) - 1):  # the last one carries bits that say nothing
        other = "A" if token[position] != "A" else "B"
        with pytest.raises(InvalidToken):
            read_access(token[:position] + other + token[position + 1 :])


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))))
def test_garbage_is_refused(garbage):
    with pytest.raises(InvalidToken):
        read_access(garbage)


JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_signed_garbage_is_refused(garbage):
    ours = own_key()
    token = jwt.api_jws.encode(json.dumps(garbage).encode(), ours.secret, "HS256", ours.header)

    with pytest.raises(InvalidToken):
        read_access(token)


def test_keys_rotate(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    before = issue_access(7)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    between = issue_access(8)

    assert (read_access(before), read_access(between)) == (7, 8)

    settings.SECRET_KEY_FALLBACKS = []

    assert read_access(between) == 8
    with pytest.raises(InvalidToken):
        read_access(before)


def test_a_lifetime_may_be_chosen():
    claims = jwt.decode(
        issue_access(7, lifetime=timedelta(days=1)), options={"verify_signature": False}
    )

    assert claims["exp"] - claims["iat"] == 86_400
