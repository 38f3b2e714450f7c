import pytest
from django.test import RequestFactory

from core.addresses import client_address


def seen(peer, forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


def test_a_forwarded_address_is_nobodys_word_without_a_proxy():
    assert seen("203.0.113.9", "10.0.0.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "rubbish", "unknown"),
    ],
)
def test_only_what_our_own_proxies_saw_counts(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies

    assert seen("10.0.0.1", forwarded) == address


def test_one_household_is_one_address():
    assert seen("2001:db8:1:2::1") == seen("2001:db8:1:2:aaaa::9") != seen("2001:db8:1:3::1")
    assert seen("::ffff:203.0.113.9") == "203.0.113.9"
    assert seen("") == "unknown"
