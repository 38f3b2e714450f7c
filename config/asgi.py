"""The live process, and `runserver`: WebSockets, and HTTP as well."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

http = get_asgi_application()  # before anything that imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from realtime.routing import route  # noqa: E402
from voting import routing as voting  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": route(*voting.urlpatterns)})
