from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = _("Lunch votes")

    def ready(self) -> None:
        from voting import invariants, live

        live.register_topics()
        invariants.declare_all()
