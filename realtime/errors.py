"""How the pipes say no."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownTopic(DomainError):
    """No such topic, or what it tells of does not exist; `topic` is its name."""

    code = "unknown_topic"
    status = 404
    sentence = _("There is nothing to watch by that name.")


class MayNotWatch(DomainError):
    """The topic is private, and not this user's."""

    code = "forbidden"
    status = 403
    sentence = _("This is not yours to watch.")


class SignInFirst(DomainError):
    """The topic is private, and nobody is signed in."""

    code = "not_signed_in"
    status = 401
    sentence = _("Please sign in first.")


class NotWatched(DomainError):
    """Only who watches a topic may signal anything there."""

    code = "not_watched"
    sentence = _("Please watch it first.")


class TypingRefused(DomainError):
    """The kind of topic does not tell who is typing."""

    code = "typing_refused"
    sentence = _("Nobody is told here that you are typing.")


class TooManyTopics(DomainError):
    """More topics than one watcher may have."""

    code = "too_many_topics"
    status = 422
    sentence = _("That is too much to watch at once.")


class TicketRefused(DomainError):
    """The one-time ticket is unknown, used or older than it may be."""

    code = "ticket_refused"
    status = 401
    sentence = _("This ticket is no longer good. Please ask for a new one.")


class TokenInAddress(DomainError):
    """Addresses end up in logs, so a token that lives long has no place in one."""

    code = "token_in_address"
    status = 401
    sentence = _("A token does not belong in an address. Please ask for a ticket.")


class Unavailable(DomainError):
    """What is needed to answer cannot be reached at the moment."""

    code = "unavailable"
    status = 503
    sentence = _("This is not available right now. Please try again in a moment.")
