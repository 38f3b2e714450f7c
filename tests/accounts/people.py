"""Builders of people for the tests of accounts."""

from accounts.models import User

PASSWORD = "correct horse battery staple"


def make_user(name="minji", **fields):
    return User.objects.create_user(name, password=PASSWORD, **fields)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
