"""Layouts as JSON documents: `layout.schema.json` is their schema, docs/layouts.md explains it."""

from typing import Any

from ticketing.seating.drawing import Drawing
from ticketing.seating.fields import Reader
from ticketing.seating.limits import Errors, WrongLayout, refuse_too_large
from ticketing.seating.plan import Plan
from ticketing.seating.writing import document_of, with_version

__all__ = ["WrongLayout", "read_layout", "write_layout"]


def read_layout(document: Any) -> Plan:
    """Return the plan that `document` draws; raise `WrongLayout` with all that is wrong in it."""
    refuse_too_large(document)
    errors: Errors = []
    plan = Drawing(Reader.of(document, "", errors)).read()
    if errors:
        raise WrongLayout(errors)
    return with_version(plan)


def write_layout(plan: Plan) -> dict[str, Any]:
    """Return the document of `plan`; read again, it is the same plan."""
    return document_of(plan)
