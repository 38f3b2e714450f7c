from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QueueingConfig(AppConfig):
    name = "queueing"
    verbose_name = _("Waiting rooms")

    def ready(self) -> None:
        from queueing import invariants

        invariants.declare_all()
