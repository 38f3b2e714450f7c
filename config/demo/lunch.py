"""An office's lunch: ten places around it, ten menus, and a round to vote in."""

from datetime import timedelta

from django.utils import timezone

from voting.models import Round
from voting.services.gathering import add_menu, add_place
from voting.services.opening import create_round

TITLE = "오늘 점심"
LASTS = timedelta(hours=8)
CHOICES = 3

# Name, address, price level, metres from the office, what there is to eat.
PLACES = (
    ("을지손칼국수", "서울 중구 을지로14길 8", 1, 180, ("칼국수", "만두")),
    ("무교동 북어국", "서울 중구 을지로1길 38", 1, 420, ("국밥",)),
    ("남산 돈가스", "서울 중구 소파로 101", 2, 950, ("돈가스",)),
    ("청계 순두부", "서울 종로구 청계천로 85", 1, 310, ("순두부찌개",)),
    ("스시 하루", "서울 중구 다동길 24", 3, 260, ("초밥",)),
    ("평양면옥 다동점", "서울 중구 다동길 33", 2, 300, ("냉면", "만두")),
    ("샐러드 정원", "서울 중구 세종대로 124", 2, 150, ("샐러드",)),
    ("쌀국수 골목", "서울 종로구 종로 69", 2, 520, ("쌀국수",)),
    ("마라 방", "서울 중구 명동길 55", 2, 640, ("마라탕",)),
    ("화덕 피자 다리", "서울 중구 남대문로 117", 3, 470, ("피자",)),
)
MENUS = (
    ("칼국수", "Noodle soup"),
    ("국밥", "Rice soup"),
    ("돈가스", "Pork cutlet"),
    ("순두부찌개", "Soft tofu stew"),
    ("초밥", "Sushi"),
    ("냉면", "Cold noodles"),
    ("샐러드", "Salad"),
    ("쌀국수", "Pho"),
    ("마라탕", "Malatang"),
    ("피자", "Pizza"),
)
MORE_MENUS = (("만두", "Dumplings"),)  # there to eat, and not up for vote


def make_round() -> Round:
    """Make an open round of these places and menus, in which everybody may vote."""
    menus = {
        name: add_menu(name=name, name_en=name_en).thing.pk for name, name_en in MENUS + MORE_MENUS
    }
    places = [
        add_place(
            name=name,
            address=address,
            price_level=price_level,
            distance=distance,
            menus=[menus[one] for one in eaten],
        ).thing.pk
        for name, address, price_level, distance, eaten in PLACES
    ]
    now = timezone.now()
    return create_round(
        title=TITLE,
        opens_at=now - timedelta(minutes=1),
        closes_at=now + LASTS,
        places=places,
        menus=[menus[name] for name, _english in MENUS],
        max_places=CHOICES,
        max_menus=CHOICES,
    )


def keep_round() -> Round:
    """Return the demo's round that goes on, a new one where the last is over."""
    lasting = Round.objects.in_status("open").filter(title=TITLE, team=None, schedule=None)
    return lasting.order_by("-pk").first() or make_round()
