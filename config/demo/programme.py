"""A dozen believable events. Times are distances from now, in hours."""

from dataclasses import dataclass
from datetime import time

DAY = 24.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A ticket type: name, price in won, capacity, most per person.

    With a `category` it sells those seats of the hall, however many they are.
    """

    name: str
    price: int
    capacity: int
    limit: int | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """An event: on the day in `starts` hours, by that `clock`; on sale from `opens` to `closes`."""

    title: str
    title_en: str
    artist: str
    venue: str
    address: str
    description: str
    keywords: str
    opens: float
    closes: float
    starts: float
    offers: tuple[Offer, ...]
    hours: float = 2.0
    clock: time = time(19, 30)
    sold_out: bool = False
    hall: str = ""  # one of config.demo.halls.HALLS
    crowd: int = 0  # how many people have been there before you
    line: int = 0  # how many may buy at once, where there is a waiting room


PROGRAMME = (
    Show(
        "윤슬 단독 콘서트 〈밤의 수면〉",
        "Yunseul: Surface of the Night",
        "윤슬",
        "올림픽공원 핸드볼경기장",
        "서울 송파구 올림픽로 424",
        "싱어송라이터 윤슬이 3년 만에 여는 단독 콘서트. 새 앨범 전곡을 밴드와 함께 들려줍니다. "
        "무대 앞은 스탠딩, 객석은 지정석입니다.",
        "yunseul concert 콘서트 인디 indie",
        -2 * DAY,
        20 * DAY,
        21 * DAY,
        (
            Offer("스탠딩 / Standing", 143_000, 600, 4),
            Offer("R석 / R seat", 132_000, 0, 4, "R"),
            Offer("S석 / S seat", 110_000, 0, 4, "S"),
            Offer("A석 / A seat", 88_000, 0, 4, "A"),
        ),
        hall="standing",
        crowd=40,
    ),
    Show(
        "서울시티필 제214회 정기연주회: 말러 교향곡 2번",
        "Seoul City Phil No. 214: Mahler 2",
        "서울시티필하모닉",
        "예술의전당 콘서트홀",
        "서울 서초구 남부순환로 2406",
        "말러의 〈부활〉. 합창단 120명과 두 명의 독창자가 함께합니다. 중간 휴식은 없습니다.",
        "mahler classical orchestra 클래식 오케스트라 말러",
        -5 * DAY,
        11 * DAY,
        12 * DAY,
        (
            Offer("VIP석 / VIP seat", 150_000, 0, 4, "VIP"),
            Offer("R석 / R seat", 120_000, 0, 6, "R"),
            Offer("S석 / S seat", 80_000, 0, 6, "S"),
            Offer("A석 / A seat", 50_000, 0, 6, "A"),
            Offer("B석·합창석 / B seat, choir", 20_000, 0, 4, "B"),
        ),
        hall="concert",
        crowd=60,
        clock=time(20, 0),
    ),
    Show(
        "뮤지컬 〈남쪽 정류장〉",
        "Southern Stop, a Musical",
        "극단 모퉁이",
        "대학로 예술극장 대극장",
        "서울 종로구 대학로10길 17",
        "막차를 놓친 네 사람이 남쪽 정류장에서 보내는 하룻밤. 창작 뮤지컬 초연입니다.",
        "musical 뮤지컬 창작 대학로",
        -1 * DAY,
        34 * DAY,
        35 * DAY,
        (
            Offer("OP석 / OP seat", 99_000, 60, 2),
            Offer("R석 / R seat", 77_000, 220, 4),
            Offer("S석 / S seat", 55_000, 180, 4),
        ),
        hours=2.6,
    ),
    Show(
        "K리그 서울 유나이티드 대 부산 하버스",
        "Seoul United v Busan Harbours",
        "서울 유나이티드 FC",
        "서울월드컵경기장",
        "서울 마포구 월드컵로 240",
        "시즌 마지막 홈경기. 북측 응원석은 지정 좌석이 없습니다.",
        "football soccer match 축구 k league 경기",
        -3 * DAY,
        6 * DAY,
        6 * DAY + 3,
        (
            Offer("서측 지정석 / West stand", 40_000, 3_000, 6),
            Offer("동측 지정석 / East stand", 30_000, 4_000, 6),
            Offer("북측 응원석 / North end", 18_000, 5_000, 10),
        ),
        clock=time(19, 0),
    ),
    Show(
        "연극 〈세 번째 의자〉",
        "The Third Chair",
        "극단 여백",
        "세종문화회관 S씨어터",
        "서울 종로구 세종대로 175",
        "빈 의자 하나를 둘러싼 형제의 이야기. 265석 소극장에서 만나는 2인극입니다.",
        "theatre play 연극 2인극",
        -4 * DAY,
        15 * DAY,
        16 * DAY,
        (
            Offer("R석 / R seat", 55_000, 0, 4, "R"),
            Offer("S석 / S seat", 45_000, 0, 4, "S"),
            Offer("A석 / A seat", 35_000, 0, 4, "A"),
        ),
        hours=1.5,
        hall="theatre",
        crowd=30,
        clock=time(15, 0),
    ),
    Show(
        "한강 재즈 나이트",
        "Han River Jazz Night",
        "문라이트 퀸텟, 소라, 트리오 결",
        "노들섬 라이브하우스",
        "서울 용산구 양녕로 445",
        "강바람과 함께 듣는 세 팀의 재즈. 스탠딩 공연이며 만 19세 이상 입장할 수 있습니다.",
        "jazz 재즈 스탠딩 live",
        -6 * DAY,
        4 * DAY,
        4 * DAY + 2,
        (Offer("스탠딩 / Standing", 66_000, 450, 4), Offer("얼리버드 / Early bird", 49_500, 30, 2)),
        hours=3.0,
        line=40,
    ),
    Show(
        "새벽 다섯 시 앙코르 〈파란 방〉",
        "5 AM Encore: Blue Room",
        "새벽 다섯 시",
        "홍대 무브홀",
        "서울 마포구 어울마당로 52",
        "매진된 첫 공연의 앙코르. 남은 표는 취소분이 나올 때마다 바로 다시 열립니다.",
        "indie band 밴드 홍대",
        -7 * DAY,
        9 * DAY,
        9 * DAY + 4,
        (Offer("스탠딩 / Standing", 55_000, 40, 4),),
        sold_out=True,
    ),
    Show(
        "이서윤 피아노 리사이틀",
        "Seoyoon Lee, Piano",
        "이서윤",
        "롯데콘서트홀",
        "서울 송파구 올림픽로 300",
        "바흐 파르티타와 슈베르트의 마지막 소나타. 예매는 곧 시작됩니다.",
        "piano recital classical 피아노 리사이틀 클래식",
        2.0,
        45 * DAY,
        46 * DAY,
        (Offer("R석 / R seat", 80_000, 500, 4), Offer("S석 / S seat", 50_000, 600, 4)),
    ),
    Show(
        "프로야구 한강 히어로즈 대 대구 레온스",
        "Hangang Heroes v Daegu Lions",
        "한강 히어로즈",
        "잠실야구장",
        "서울 송파구 올림픽로 25",
        "주말 3연전의 둘째 날. 예매는 경기 일주일 전 오전에 열립니다.",
        "baseball kbo 야구 경기",
        3 * DAY,
        10 * DAY,
        10 * DAY + 5,
        (
            Offer("테이블석 / Table seat", 55_000, 300, 4),
            Offer("내야석 / Infield", 20_000, 6_000, 8),
        ),
        hours=3.5,
        clock=time(17, 0),
    ),
    Show(
        "어린이 발레 〈호두까기 인형〉",
        "The Nutcracker for Children",
        "서울유스발레단",
        "국립극장 해오름극장",
        "서울 중구 장충단로 59",
        "70분으로 줄인 호두까기 인형. 만 4세부터 볼 수 있습니다.",
        "ballet nutcracker 발레 호두까기 어린이",
        20 * DAY,
        50 * DAY,
        51 * DAY,
        (Offer("R석 / R seat", 60_000, 600, 6), Offer("S석 / S seat", 40_000, 500, 6)),
        hours=1.2,
        clock=time(14, 0),
    ),
    Show(
        "가을 시 낭독회 〈느린 문장들〉",
        "Slow Sentences, a Reading",
        "김하늘, 박유진, 정도원",
        "책방 오후 네 시",
        "서울 마포구 와우산로29길 14",
        "세 시인이 새 시집을 읽습니다. 참가비는 없고 예약만 받습니다.",
        "poetry reading 시 낭독 무료 free",
        -1 * DAY,
        3 * DAY,
        3 * DAY + 1,
        (Offer("무료 예약 / Free entry", 0, 35, 2),),
        hours=1.5,
        clock=time(16, 0),
    ),
    Show(
        "밴드 〈초록불〉 10주년 공연",
        "Green Light: Ten Years",
        "초록불",
        "블루스퀘어 마스터카드홀",
        "서울 용산구 이태원로 294",
        "지난주에 막을 내린 10주년 공연입니다.",
        "rock band 록 밴드",
        -40 * DAY,
        -8 * DAY,
        -7 * DAY,
        (Offer("R석 / R seat", 121_000, 500, 4), Offer("S석 / S seat", 99_000, 700, 4)),
    ),
)
