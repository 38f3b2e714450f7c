"""Where somebody is signed in, in words."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import RefreshToken, Session, User

LONGEST = 200
AGENT, SINCE = "device", "signed_in_at"  # what a session remembers
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Whale": "Whale",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    app: bool
    current: bool
    since: datetime | None


def user_agent(request: HttpRequest) -> str:
    """Return what the client calls itself, without what a database cannot keep."""
    return request.headers.get("User-Agent", "")[:LONGEST].replace("\0", "")


def remember_device(session: SessionBase, agent: str) -> None:
    """Note in a session that has just begun whose it is."""
    session[AGENT] = agent
    session[SINCE] = timezone.now().isoformat()


def devices_of(user: User, *, session_key: str | None) -> list[Device]:
    """Return every browser and app where `user` is signed in, this browser first."""
    now = timezone.now()
    sessions = Session.objects.filter(user_id=user.pk, expire_date__gt=now).select_related(None)
    apps = RefreshToken.objects.filter(user_id=user.pk, expires_at__gt=now)
    browsers = [_browser(row, session_key) for row in sessions.order_by("-expire_date")]
    browsers.sort(key=lambda device: not device.current)
    return browsers + [
        Device(_described(row.device), True, False, row.created_at)
        for row in apps.order_by("-rotated_at")
    ]


def _browser(row: Session, session_key: str | None) -> Device:
    said = row.get_decoded()
    since = said.get(SINCE)
    return Device(
        name=_described(said.get(AGENT, "")),
        app=False,
        current=row.session_key == session_key,
        since=datetime.fromisoformat(since) if since else None,
    )


def _described(agent: str) -> str:
    """Return a browser and a system that people recognise, or what an app calls itself."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " · ".join(filter(None, [browser, system])) or re.sub(r"/.*", "", agent)
