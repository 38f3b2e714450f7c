"""What people may call themselves."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

PLAIN_NAME = re.compile(r"[\w.+-]{1,150}")


def validate_name(name: str) -> None:
    """Refuse what is neither a plain name nor a whole e-mail address."""
    if "@" in name:
        validate_email(name)
    elif not PLAIN_NAME.fullmatch(name):
        raise ValidationError(
            _("Use letters, digits and . + - _ only, or a whole e-mail address."), code="invalid"
        )


def name_and_email(name: str, email: str | None) -> tuple[str, str]:
    """Return both, the missing one taken from the other where that can be."""
    email = email or (name if "@" in name else "")
    return name or email, email
