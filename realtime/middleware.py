"""Pages may connect to the live process, which listens on a port of its own."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

from realtime.addresses import live_origin


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's, with the address of this page's sockets added to connect-src."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy's parts for this response."""
        parts = super().get_policy_parts(request, response, report_only)
        update = dict(parts.update or {})
        update["connect-src"] = [*update.get("connect-src", []), live_origin(request)]
        parts.update = update
        return parts
