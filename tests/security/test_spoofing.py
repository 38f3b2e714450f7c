"""Nobody gets more tries by claiming to be somebody else."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ATTEMPTS = 12  # more than one name may have from one address


@pytest.mark.parametrize(
    ("proxies", "forwarded"),
    [(0, "203.0.113.{n}"), (1, "203.0.113.{n}, 198.51.100.1"), (1, "{n}, , 198.51.100.1")],
)
@pytest.mark.parametrize("by", ["api", "page", "admin"])
def test_a_forged_address_buys_no_further_guess(
    settings, alice: User, proxies: int, forwarded: str, by: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    guess = {"username": "alice", "password": "wrong"}
    how = {
        "api": ("/api/auth/token", {"content_type": "application/json"}),
        "page": ("/accounts/sign-in", {}),
        "admin": ("/admin/login/", {}),
    }
    path, form = how[by]

    codes = [
        Client()
        .post(
            path,
            guess,
            headers={"X-Forwarded-For": forwarded.format(n=n), "Forwarded": f"for=192.0.2.{n}"},
            **form,
        )
        .status_code
        for n in range(ATTEMPTS)
    ]

    assert codes[-1] == 429
    assert codes.count(429) == ATTEMPTS - 10
