"""What a browser is told in production, on every page, an error's included."""

import re
from html.parser import HTMLParser

import pytest

from accounts.models import User
from tests.security.routes import all_routes, takes_id
from tests.security.serving import Visitor, Web
from ticketing.models import Reservation

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def as_alice(production: Web, alice: User) -> Visitor:
    visitor = Visitor(production)
    visitor.sign_in(alice)
    return visitor


@pytest.fixture
def as_operator(production: Web, operator: User) -> Visitor:
    visitor = Visitor(production)
    visitor.sign_in(operator)
    return visitor


def plain_pages() -> list[str]:
    """Return the addresses of all pages that name nothing in particular."""
    routes = [route for route in all_routes() if not takes_id(route) and "^" not in route]
    return [f"/{route}" for route in routes if not route.startswith("api/")] + ["/api/docs"]


class Inline(HTMLParser):
    """Collects what a strict policy forbids: code and style within the page."""

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._nonce = nonce

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        allowed = self._nonce and given.get("nonce") == self._nonce
        if tag == "style" and not allowed:
            self.found.append("<style>")
        if tag == "script" and "src" not in given and not allowed and not _is_text(given):
            self.found.append("<script>")
        self.found += [f"{tag} {name}" for name in given if name == "style" or name[:2] == "on"]
        self.found += [f"{tag} javascript:" for text in given.values() if _is_code(text)]


def _is_text(given: dict[str, str | None]) -> bool:
    return "json" in (given.get("type") or "")


def _is_code(text: str | None) -> bool:
    return (text or "").strip().lower().startswith("javascript:")


def test_every_page_keeps_the_browser_strict(
    as_operator: Visitor, as_alice: Visitor, confirmed: Reservation
) -> None:
    own = [f"/reservations/{confirmed.pk}{rest}" for rest in ("", "/tickets")]
    asked = [(as_operator, path) for path in (*plain_pages(), "/nowhere")]
    asked += [(as_alice, path) for path in (*own, f"/events/{confirmed.event_id}")]
    loose: dict[str, list[str]] = {}

    for visitor, path in asked:
        answer = visitor.get(path)
        assert answer.status < 500 or path == "/readyz", path
        assert {name: answer.headers[name] for name in WANTED} == WANTED, path
        if answer.kind == "text/html":
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy, path
            assert "*" not in policy, path
            assert set(policy.split("; ")) >= STRICT, path
            if found := inline(answer.content.decode(), policy):
                loose[path] = found

    assert loose == {"/admin/django_rq/dashboard/": ["<style>"]}  # not ours; browsers ignore it


WANTED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


STRICT = {"object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}


def inline(page: str, policy: str) -> list[str]:
    """Return what `page` has that `policy` forbids."""
    nonce = re.search(r"'nonce-([^']+)'", policy)
    reader = Inline(nonce[1] if nonce else "")
    reader.feed(page)
    return sorted(set(reader.found))


def test_cookies_are_for_this_host_and_for_tls_alone(
    production: Web, client, settings, alice: User
) -> None:
    visitor = Visitor(production)
    visitor.get("/accounts/sign-up")

    fields = {"username": "dora", "password": "un7usual-words", "language": "en"}
    answer = visitor.post("/accounts/sign-up", **fields)

    assert answer.status == 302
    cookies = {line.partition("=")[0]: line for line in answer.headers.get_all("Set-Cookie")}
    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for name, line in cookies.items():
        assert "Secure" in line, name
        assert "SameSite=Lax" in line, name
        assert "Domain" not in line, name
    assert "HttpOnly" in cookies["__Host-session"]


def test_plain_http_is_led_to_tls(production: Web) -> None:
    answer = production.ask("GET", "/events/1?a=b", X_Forwarded_Proto="http")

    assert (answer.status, answer.headers["Location"]) == (301, "https://jari.example/events/1?a=b")
    assert production.ask("GET", "/healthz", X_Forwarded_Proto="http").status == 200


@pytest.mark.parametrize("host", ["evil.example", "jari.example.evil.example", "a b", "x@y", ""])
def test_another_host_is_refused(production: Web, host: str) -> None:
    page = production.ask("GET", "/", Host=host)
    api = production.ask("GET", "/api/events", Host=host)

    assert (page.status, api.status) == (400, 400)
    assert "evil" not in page.content.decode()


def test_only_listed_origins_read_the_api(production: Web) -> None:
    def preflight(origin: str, path: str = "/api/reservations"):
        return production.ask(
            "OPTIONS",
            path,
            Origin=origin,
            Access_Control_Request_Method="POST",
            Access_Control_Request_Headers="authorization,content-type,idempotency-key,admission-pass",
        )

    listed, other = preflight("https://spa.example"), preflight("https://evil.example")
    page = preflight("https://spa.example", "/")
    read = production.ask("GET", "/api/events", Origin="https://spa.example")

    assert listed.headers["Access-Control-Allow-Origin"] == "https://spa.example"
    allowed = listed.headers["Access-Control-Allow-Headers"]
    assert {"authorization", "idempotency-key", "admission-pass"} <= set(allowed.split(", "))
    assert "Access-Control-Allow-Credentials" not in listed.headers
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Access-Control-Allow-Origin" not in page.headers
    assert read.headers["Access-Control-Allow-Origin"] == "https://spa.example"
    assert "Retry-After" in read.headers["Access-Control-Expose-Headers"]


def test_the_deployment_checks_are_content(production: Web) -> None:
    production.manage("check", "--deploy", "--fail-level", "WARNING")
