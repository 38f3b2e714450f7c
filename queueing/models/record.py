from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from queueing.models.room import WaitingRoom


class Kind(models.TextChoices):
    BEGUN = "begun", _("The line began")
    JOINED = "joined", _("People joined")
    CALLED = "called", _("People were let in")
    ADMITTED = "admitted", _("More were let in by hand")
    REMOVED = "removed", _("Somebody was removed")
    CLEARED = "cleared", _("The line was cleared")
    CONFIGURED = "configured", _("The settings changed")
    SEALED = "sealed", _("The draw was sealed")
    REVEALED = "revealed", _("The draw was revealed")


class RecordEntry(models.Model):
    """One line of the record of a waiting room, chained to the one before; never changed.

    A trigger refuses to change or delete one. They go with their room, and in no other way: the
    database's own cascade deletes them when the room is gone, for which Django does nothing.
    """

    room = models.ForeignKey(
        WaitingRoom,
        on_delete=models.DO_NOTHING,
        related_name="record",
        verbose_name=_("waiting room"),
        db_index=False,
        db_constraint=False,  # sql/0001_record.sql has one that cascades
    )
    sequence = models.PositiveBigIntegerField(_("sequence"))
    at = models.DateTimeField(_("written at"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    body = models.JSONField(_("what happened"))
    previous = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("record entry")
        verbose_name_plural = _("record entries")
        ordering = ["room_id", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["room", "sequence"], name="record_sequence_unique"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="record_sequence"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="record_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.sequence} {self.kind}"
