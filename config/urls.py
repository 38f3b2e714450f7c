"""Where everything is. Each app says for itself where its pages and its API are."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core import health, problems

handler400 = problems.suspicious
handler500 = problems.broken

urlpatterns = [
    path("api/", include("ticketing.api.urls")),  # the busiest first
    path("api/", include("queueing.api.urls")),
    path("api/", include("voting.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.show_metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.urls")),
    path("api/", include("accounts.api_urls")),
    path("api/", include("realtime.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("", include("ticketing.urls")),
    path("", include("queueing.urls")),
    path("", include("voting.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # With DEBUG on, too, people see our own page; "admin" alone is for Django to lead on.
    re_path(r"^(?!admin$)", problems.unknown_address),
]
