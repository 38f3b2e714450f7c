from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class InvalidToken(DomainError):
    """The token is forged, expired, revoked or its user is gone: never say which."""

    code = "invalid_token"
    status = 401
    sentence = _("Please sign in again.")


class WrongPassword(DomainError):
    """Name and password do not belong together: never say which of them is wrong."""

    code = "wrong_password"
    status = 401
    sentence = _("The name or the password is wrong.")


class NameTaken(DomainError):
    code = "name_taken"
    sentence = _("This user name is taken.")


class EmailTaken(DomainError):
    code = "email_taken"
    sentence = _("This e-mail address is in use.")


class EmpNoTaken(DomainError):
    code = "emp_no_taken"
    sentence = _("This employee number belongs to somebody else.")


class NotOwnAddress(DomainError):
    code = "not_own_address"
    status = 400
    sentence = _("A user name with @ must be your own e-mail address.")
