"""Layouts as files that people send and get: JSON or CSV, told apart by what is in them."""

import orjson
from django.utils.translation import gettext as _

from ticketing.seating.documents import read_layout, write_layout
from ticketing.seating.limits import WrongLayout
from ticketing.seating.plan import Plan
from ticketing.seating.tables import read_table, write_table

LARGEST_FILE = 16 * 1024 * 1024  # bytes; the largest layout, generously spaced, has 10 MB
BOM = b"\xef\xbb\xbf"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how Excel's own files begin


def read_file(content: bytes, *, name: str, base: Plan | None = None) -> Plan:
    """Return the plan in a file; raise `WrongLayout` with all that is wrong in it.

    A table is completed by `base`, see `read_table`; without one it is called `name`.
    """
    refuse_large_file(len(content))
    if content.startswith(WORKBOOKS):
        raise WrongLayout([("", _("This is an Excel workbook. Please save it as CSV UTF-8."))])
    if content.removeprefix(BOM).lstrip()[:1] in (b"{", b"["):
        return read_layout(_parse(content.removeprefix(BOM)))
    return read_table(content, name=base.name if base else name, base=base)


def refuse_large_file(size: int) -> None:
    """Raise `WrongLayout` for a file of `size` bytes that no layout needs, before it is read."""
    if size > LARGEST_FILE:
        sentence = _(
            "The file has %(size)s MB; a layout of 50,000 seats needs no more than %(most)s."
        )
        facts = {"size": f"{size / 1024 / 1024:,.0f}", "most": f"{LARGEST_FILE // 1024 // 1024}"}
        raise WrongLayout([("", sentence % facts)])


def write_json(plan: Plan) -> bytes:
    """Return `plan` as JSON with a line for each seat, so that versions can be compared."""
    text = orjson.dumps(write_layout(plan))
    # Inside a string a quote would be escaped: what is found here begins an object.
    for before in (b'{"key"', b'{"kind"', b'{"label"'):
        text = text.replace(before, b"\n" + before)
    return text + b"\n"


def write_csv(plan: Plan) -> bytes:
    """Return `plan` as a table that Excel, too, takes for UTF-8."""
    return BOM + write_table(plan).encode()


def _parse(content: bytes) -> object:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        place = _("line %(number)s") % {"number": error.lineno}
        sentence = _("This is not JSON: %(reason)s.") % {"reason": str(error.msg)}
        raise WrongLayout([(place, sentence)]) from error
