"""Where everything is. Each app says for itself where its pages and its API are."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from core import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.show_metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    *(
        path(where, include(module))
        for where, module in (
            ("accounts/", "accounts.urls"),
            ("api/", "accounts.api_urls"),
            ("api/", "ticketing.api.urls"),
            ("api/", "realtime.urls"),
            ("", "ticketing.urls"),
        )
        if find_spec(module)
    ),
]
