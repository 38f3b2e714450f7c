"""What the pages of an account share."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.generic import FormView

from core.errors import DomainError


class RefusalInForm(FormView):  # type: ignore[type-arg]
    """Shows a refusal above the form again, filled in as it was but for the passwords."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the refusal's own status, and when to try again."""
        try:
            return super().post(request, *args, **kwargs)
        except DomainError as refusal:
            return self._again(request, refusal)

    def _again(self, request: HttpRequest, refusal: DomainError) -> HttpResponse:
        options = self.get_form_kwargs()
        del options["data"], options["files"]
        form = self.get_form_class()(**{**options, "initial": request.POST.dict()})
        response = self.render_to_response(self.get_context_data(form=form, refusal=refusal))
        response.status_code = refusal.status
        if "retry_after" in refusal.facts:
            response["Retry-After"] = str(refusal.facts["retry_after"])
        return response


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """Have the browser ask for `language` from now on; LocaleMiddleware reads the cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response
