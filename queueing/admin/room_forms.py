"""The settings of a waiting room as forms.

Each form says along what its operator saw, so that sending it changes what they changed and
leaves alone what somebody else has set meanwhile.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from queueing.models import WaitingRoom
from queueing.models.room import LONGEST_MESSAGE
from queueing.services.steering import MOST_AT_ONCE


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = WaitingRoom
        fields: tuple[str, ...] = (
            *("mode", "threshold", "rate", "opens_at", "message", "message_en"),
            *("guests_allowed", "releases_on_buying", "claim_seconds", "idle_seconds"),
            *("grace_seconds", "grace_signed_in_seconds"),
        )
        field_classes = {"opens_at": forms.DateTimeField}
        widgets = {
            "opens_at": forms.DateTimeInput(
                attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
            ),
            **dict.fromkeys(
                ("message", "message_en"),
                forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_MESSAGE}),
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "event"
        if self.instance.num_drawn and "opens_at" in self.fields:
            self.fields["opens_at"].disabled = True

    @property
    def changes(self) -> dict[str, Any]:
        """What the operator changed of what they saw."""
        changed = set(self.changed_data) - {"event"}
        return {name: self.cleaned_data[name] for name in self.fields if name in changed}


class LimitsForm(SettingsForm):
    class Meta(SettingsForm.Meta):
        fields = ("threshold", "rate")


class MessageForm(SettingsForm):
    class Meta(SettingsForm.Meta):
        fields = ("message", "message_en")


class AdmitForm(forms.Form):
    quantity = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=MOST_AT_ONCE, initial=10
    )


class RemoveForm(forms.Form):
    """Whom to remove: by their number, or as a user."""

    BY = (
        ("number", pgettext_lazy("in line", "Number")),
        ("username", _("User name")),
        ("user", _("User id")),
    )

    by = forms.ChoiceField(label=_("Known by"), choices=BY)
    who = forms.CharField(label=pgettext_lazy("to remove", "Whom"), max_length=254)

    def clean(self) -> dict[str, Any]:
        """Refuse numbers that are none."""
        cleaned: dict[str, Any] = super().clean() or {}
        who = cleaned.get("who", "").replace(",", "").removeprefix("#")
        if cleaned.get("by") != "username" and who:
            if not (who.isascii() and who.isdecimal()):
                self.add_error("who", _("Enter a whole number."))
            cleaned["who"] = who
        return cleaned
