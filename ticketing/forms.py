"""What the pages of ticketing take in."""

import re
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from ticketing.errors import WrongQuantity
from ticketing.models.event import Status

NONE = {"", "0"}
FIELD = re.compile(r"quantity-(\d{1,18})")


class SearchForm(forms.Form):
    """What to look for among the events; what makes no sense is ignored."""

    search = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *Status.choices]
    )

    def wish(self) -> tuple[str, str]:
        """Return the words and the status that were asked for."""
        self.is_valid()
        return self.cleaned_data.get("search", ""), self.cleaned_data.get("status", "")


def read_quantities(sent: Mapping[str, str]) -> dict[int, int]:
    """Return how many of which ticket type were chosen; zero and empty mean none."""
    fields = ((FIELD.fullmatch(name), value.strip()) for name, value in sent.items())
    return {int(name[1]): _whole(value) for name, value in fields if name and value not in NONE}


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 9):
        raise WrongQuantity
    return int(value)
