from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QueueingConfig(AppConfig):
    name = "queueing"
    verbose_name = _("Waiting rooms")

    def ready(self) -> None:
        from queueing import invariants, live
        from queueing.doors import waiting_door
        from queueing.guard import SaleGuard
        from queueing.rooms import ROOMS
        from queueing.services.following import follow_sale
        from queueing.showing import event_part
        from ticketing.api.events import EVENT_PARTS
        from ticketing.doors import SALE_DOORS
        from ticketing.guards import SALE_GUARDS
        from ticketing.steps import STEP_LISTENERS

        live.register_topics()
        invariants.declare_all()
        SALE_GUARDS.append(SaleGuard(rooms=ROOMS))
        SALE_DOORS.append(waiting_door)
        STEP_LISTENERS.append(follow_sale)
        EVENT_PARTS["waiting_room"] = event_part
