"""Pages may connect to the live process, which listens on a port of its own."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

from realtime.addresses import live_origin


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's, with the address of this page's sockets added to connect-src.

    Only pages get a policy: JSON runs no scripts, and composing the header costs a tenth of a hold.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the header to pages."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy's parts for this response."""
        parts = super().get_policy_parts(request, response, report_only)
        update = dict(parts.update or {})
        update["connect-src"] = [*update.get("connect-src", []), live_origin(request)]
        parts.update = update
        return parts
