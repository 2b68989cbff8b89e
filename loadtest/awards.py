"""What the demo festival votes on: one award of every kind, and how its audience answers. The same in every demo."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

Words = dict[str, str]
#: How a voter of this award answers: the bodies of one ballot's votes, without ids.
Answers = list[dict[str, Any]]


class AwardPlan(Struct, frozen=True, kw_only=True):
    """`rules` are further fields of the award as the desk takes them; `lasts` from now, `voters` vote at once."""

    slug: str
    name: Words
    rules: Mapping[str, Any]
    lasts: timedelta
    voters: int

    def body(self, now: datetime) -> dict[str, Any]:
        window = {"opens_at": (now - timedelta(hours=1)).isoformat(), "closes_at": (now + self.lasts).isoformat()}
        return {"slug": self.slug, "name": self.name, **window, **self.rules}


_FESTIVAL: Final = timedelta(days=8)
#: Long enough for its votes, short enough that its result is there before the last film is.
_OPENING_NIGHT: Final = timedelta(seconds=90)
OPENING: Final = AwardPlan(
    slug="opening-night",
    name={"en": "Opening Night Award", "zh": "开幕之夜奖", "ru": "Приз вечера открытия", "fa": "جایزهٔ شب افتتاحیه"},
    rules={"kind": "stars", "method": "confidence", "minimum": {"rule": "auto"}, "grace_seconds": 0},
    lasts=_OPENING_NIGHT,
    voters=180,
)
#: Counted and proven, with nothing in its way: two people may publish it whenever they like.
MATINEE: Final = AwardPlan(
    slug="matinee",
    name={
        "en": "Matinee Audience Award",
        "zh": "日场观众奖",
        "ru": "Приз дневного сеанса",
        "fa": "جایزهٔ سانس بعدازظهر",
    },
    rules={"kind": "stars", "method": "confidence", "minimum": {"rule": "auto"}, "grace_seconds": 0},
    lasts=timedelta(minutes=3),
    voters=150,
)
#: Ends while the screens of the halls are there: the one that is cut off keeps its publication waiting.
MIDNIGHT: Final = AwardPlan(
    slug="midnight",
    name={
        "en": "Midnight Audience Award",
        "zh": "午夜观众奖",
        "ru": "Полуночный приз зрителей",
        "fa": "جایزهٔ تماشاگران نیمه‌شب",
    },
    rules={"kind": "stars", "tiers": ["device", "kiosk"], "grace_seconds": 0},
    lasts=timedelta(minutes=4),
    voters=120,
)
AUDIENCE: Final = AwardPlan(
    slug="audience",
    name={"en": "Audience Award", "zh": "观众奖", "ru": "Приз зрительских симпатий", "fa": "جایزهٔ تماشاگران"},
    rules={
        "kind": "stars",
        "board": "open",
        "tiers": ["device", "badge", "hall", "email", "kiosk", "paper"],
        "weights": {"badge": 2},
    },
    lasts=_FESTIVAL,
    voters=240,
)
OTHERS: Final = (
    AwardPlan(
        slug="favourite",
        name={
            "en": "Film of the Festival",
            "zh": "电影节最爱",
            "ru": "Любимый фильм фестиваля",
            "fa": "فیلم محبوب جشنواره",
        },
        rules={"kind": "favourite", "board": "open"},
        lasts=_FESTIVAL,
        voters=90,
    ),
    AwardPlan(
        slug="readers",
        name={"en": "Readers' Jury", "zh": "读者评审团", "ru": "Жюри читателей", "fa": "هیئت داوران خوانندگان"},
        rules={"kind": "grades", "method": "majority_judgment", "board": "turnout"},
        lasts=_FESTIVAL,
        voters=60,
    ),
    AwardPlan(
        slug="watch-on",
        name={
            "en": "Would You Watch On?",
            "zh": "想继续看吗？",
            "ru": "Смотрели бы дальше?",
            "fa": "ادامه‌اش را می‌بینید؟",
        },
        rules={"kind": "yesno", "method": "wilson", "board": "open"},
        lasts=_FESTIVAL,
        voters=70,
    ),
    AwardPlan(
        slug="second-season",
        name={
            "en": "Give Them a Second Season",
            "zh": "值得再拍一季",
            "ru": "Дайте им второй сезон",
            "fa": "فصل دومی به آن‌ها بدهید",
        },
        rules={"kind": "approval", "choices": 3, "board": "turnout"},
        lasts=_FESTIVAL,
        voters=60,
    ),
    AwardPlan(
        slug="best-three",
        name={"en": "Your Best Three", "zh": "你的前三名", "ru": "Ваша тройка лучших", "fa": "سه فیلم برتر شما"},
        rules={"kind": "ranking", "method": "schulze", "choices": 3, "board": "hidden"},
        lasts=_FESTIVAL,
        voters=60,
    ),
)


def tastes(entries: Sequence[int], dice: random.Random) -> dict[int, float]:
    """How well each entry is liked, on a scale from 0 to 1."""
    return {entry: dice.uniform(0.35, 0.9) for entry in entries}


def answers(kind: str, liking: Mapping[int, float], dice: random.Random) -> Answers:
    """One voter's votes. Nobody has seen everything, and people differ."""
    seen = dice.sample(sorted(liking), k=min(len(liking), dice.randint(1, 4)))
    felt = {entry: liking[entry] + dice.gauss(0, 0.22) for entry in seen}
    best = sorted(felt, key=lambda entry: felt[entry], reverse=True)
    match kind:
        case "stars" | "grades":
            top = 5 if kind == "stars" else 6
            return [{"entry": entry, "value": min(top, max(1, round(felt[entry] * top)))} for entry in seen]
        case "yesno":
            return [{"entry": entry, "value": int(felt[entry] > 0.55)} for entry in seen]
        case "favourite":
            return [{"choices": best[:1]}]
        case "approval":
            return [{"choices": [entry for entry in best if felt[entry] > 0.5][:3]}]
        case _:
            return [{"choices": best[:3]}]
