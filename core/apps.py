from django.apps import AppConfig
from django.core.signals import request_started
from django.utils.translation import gettext_lazy as _

from core.db import drop_dead_connections


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        request_started.connect(drop_dead_connections, dispatch_uid="core.drop_dead_connections")
