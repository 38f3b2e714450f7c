"""Who asks a plain view, one that Django REST framework does not serve, as it costs too much."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from accounts.authentication import bearer_user_id
from core.problems import Forbidden


def signed_in_user_id(request: HttpRequest) -> int | None:
    """Return who is signed in, None for nobody: by token, or by session and its CSRF token.

    GET needs no CSRF token. Whether a token's user is still active is for the statement to ask.
    """
    user_id = bearer_user_id(request)
    if user_id is not None:
        return user_id
    if not request.user.is_authenticated:
        return None
    if CsrfViewMiddleware(_unused).process_view(request, _unused, (), {}) is not None:
        raise Forbidden
    return request.user.pk


def _unused(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
