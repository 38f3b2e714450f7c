from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketingConfig(AppConfig):
    name = "ticketing"
    verbose_name = _("Ticketing")

    def ready(self) -> None:
        from ticketing import checks, invariants, live, live_seats  # noqa: F401

        live.register_topics()
        live_seats.register_topics()
        invariants.declare_all()
