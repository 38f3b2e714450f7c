from typing import Any, ClassVar

from django.db import models
from django.db.models import F


class Versioned(models.Model):
    """A row that watchers follow; a form writes what `not_saved` does not keep for statements."""

    not_saved: ClassVar[frozenset[str]]

    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a change moves its version on, so that watchers take it."""
        if self.pk and not self._state.adding and "update_fields" not in kwargs:
            self.version = F("version") + 1
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if field.name not in self.not_saved
            ]
        super().save(*args, **kwargs)
