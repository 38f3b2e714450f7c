"""How voting says no."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Malformed, NotFound, TooLarge


class NoSuchRound(NotFound):
    code = "no_such_round"
    sentence = _("There is no such round.")


class NoSuchOption(NotFound):
    """It is not up for vote in this round, or is no longer."""

    code = "no_such_option"
    sentence = _("That is not up for vote in this round.")


class RoundNotOpen(DomainError):
    code = "round_not_open"
    sentence = _("This round has not opened yet.")


class RoundClosed(DomainError):
    code = "round_closed"
    sentence = _("This round is closed.")


class RoundCancelled(DomainError):
    code = "round_cancelled"
    sentence = _("This round was cancelled.")


class NotEligible(DomainError):
    code = "not_eligible"
    status = 403
    sentence = _("Only members of the team may vote in this round.")


class TooManyChoices(DomainError):
    """`max` is how many choices of that kind a person has."""

    code = "too_many_choices"
    status = 422
    sentence = _("You may choose %(max)s at most. Take one back first.")


class AnonymousRound(DomainError):
    code = "round_anonymous"
    status = 403
    sentence = _("Who voted for what stays secret in this round.")


class WrongTimes(Malformed):
    code = "wrong_times"
    sentence = _("It must open before it closes.")


class NothingUp(Malformed):
    code = "nothing_up"
    sentence = _("Something has to be up for vote.")


class AlreadyOpen(DomainError):
    code = "round_already_open"
    sentence = _("People may have voted by these rules; they can no longer change.")


class AlreadySettled(DomainError):
    code = "round_settled"
    sentence = _("The result of this round stands already.")


class SuggestionsClosed(DomainError):
    code = "suggestions_closed"
    status = 403
    sentence = _("This round takes no suggestions.")


class TooManyOptions(DomainError):
    """`max` is how many options a round may have of one kind."""

    code = "too_many_options"
    status = 422
    sentence = _("There are %(max)s up for vote already; that is enough.")


class NoSuchPlace(NotFound):
    code = "no_such_place"
    sentence = _("There is no such place.")


class NoSuchMenu(NotFound):
    code = "no_such_menu"
    sentence = _("There is no such menu.")


class AlreadyThere(DomainError):
    """`id` is the one that is there."""

    code = "already_there"
    sentence = _("There is one by that name already.")


class NotMergeable(DomainError):
    code = "not_mergeable"
    sentence = _("A place can be merged into another one, once.")


class WrongFields(Malformed):
    """`errors` maps fields to sentences."""

    code = "invalid"
    sentence = _("Something in the request is not right.")


class WrongTable(Malformed):
    """`errors` are pairs of a line's name and what is wrong there."""

    code = "wrong_table"
    sentence = _("The table cannot be read; nothing was changed.")


class NoSuchComment(NotFound):
    code = "no_such_comment"
    sentence = _("There is no such comment.")


class NotYours(DomainError):
    code = "not_yours"
    status = 403
    sentence = _("Only who wrote this may change it.")


class EmptyText(Malformed):
    code = "empty_text"
    sentence = _("Write something first.")


class TextTooLong(TooLarge):
    """`max` is how many letters it may have."""

    code = "text_too_long"
    status = 422
    sentence = _("That is too long: %(max)s letters at most.")


class NowhereYet(DomainError):
    code = "nowhere_yet"
    sentence = _("It is not known yet where this round ate.")


class WrongStars(Malformed):
    code = "wrong_stars"
    sentence = _("Give one to five stars.")
