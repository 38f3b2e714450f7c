"""Who stands in a line: a short string, `u` and a user's id or `g` and the key of a guest."""


def person_of_user(user_id: int) -> str:
    """Return who a user is in a line."""
    return f"u{user_id}"
