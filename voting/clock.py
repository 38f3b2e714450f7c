"""The database's clock, at the moment a row is written and not when the statement began."""

from django.db.models import DateTimeField, Func


class Clock(Func):
    """Django's `Now` is that of the statement, which may have waited for a lock since."""

    function = "CLOCK_TIMESTAMP"
    arity = 0
    output_field = DateTimeField()
