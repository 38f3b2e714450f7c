"""Who asks."""

from rest_framework.request import Request

from accounts.errors import InvalidToken


def signed_in(request: Request) -> int:
    """Return the id of whoever asks; a token outlives its user's leave to use it by minutes."""
    if not request.user.is_active:
        raise InvalidToken
    return int(request.user.pk)


def viewer(request: Request) -> int | None:
    """Return the id of whoever looks at what anybody may see, None for nobody in particular."""
    return int(request.user.pk) if request.user.is_authenticated else None
