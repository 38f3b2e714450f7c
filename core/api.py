"""What every REST view shares: JSON by orjson, cursors, and answers that may be unchanged."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any

import orjson
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework import negotiation, pagination, parsers
from rest_framework.exceptions import ParseError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core.errors import DomainError, Malformed, TooLarge

LARGEST_BODY = 64 * 1024  # bytes


def conditional(
    request: HttpRequest,
    answer: HttpResponse,
    *,
    cached: str,
    vary: Sequence[str] = (),
    version: str = "",
) -> HttpResponseBase:
    """Return `answer`, or a 304 where the client has it already.

    What has a `version` never changes. Of anything else the ETag is the digest, and Server-Time has
    our clock, which does not belong into what is compared.
    """
    answer["ETag"] = f'"{version or hashlib.sha256(answer.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
    found["Cache-Control"] = cached
    if not version:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        found["Server-Time"] = now.replace("+00:00", "Z")
    patch_vary_headers(found, vary)
    return found


class NotJSON(DomainError):
    code = "unsupported_media_type"
    status = 415
    sentence = _("Send this as application/json.")


def read_object(request: HttpRequest) -> dict[str, Any]:
    """Return the body of a plain view's request, which is a JSON object."""
    if request.content_type != "application/json":
        raise NotJSON
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise TooLarge
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Malformed(errors={"body": str(error)}) from error
    if not isinstance(body, dict):
        raise Malformed(errors={"body": "an object"})
    return body


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class JSONParser(parsers.BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(str(error)) from error


class Negotiation(negotiation.DefaultContentNegotiation):
    """Answers in the one format there is, whatever the client would rather have."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        formats = list(renderers)
        if len(formats) == 1:
            return formats[0], formats[0].media_type or ""
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, formats, format_suffix)
        return chosen


class Cursor(pagination.CursorPagination):
    """Pages by position, so that new rows never shift what was already read.

    A cursor is signed: what it says goes into a query, and only we know what fits there.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    @property
    def signer(self) -> signing.Signer:
        """What signs the cursors of this list and of no other."""
        return signing.Signer(salt=f"core.api.cursor.{type(self).__qualname__}")

    def encode_cursor(self, cursor: pagination.Cursor) -> str:
        """Return the address of the page that begins at `cursor`."""
        position = self.signer.sign_object([cursor.offset, cursor.reverse, cursor.position])
        return replace_query_param(str(self.base_url), self.cursor_query_param, position)

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        """Return where the page of `request` begins, None for the first."""
        given = request.query_params.get(self.cursor_query_param)
        if not given:
            return None
        try:
            return pagination.Cursor(*self.signer.unsign_object(given))
        except signing.BadSignature as error:
            raise Malformed(errors={"cursor": "not one of ours"}) from error
