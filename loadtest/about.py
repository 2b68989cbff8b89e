"""What the demo's producers say of their series: who made them, in which language, and until when it may be shown."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from loadtest.plan import SeriesPlan

#: Who sends in somebody's own films.
ANYBODY = "Alesia Kavalenka"


class Said(Struct, frozen=True, kw_only=True):
    lang: str
    credits: list[tuple[str, str]]
    company: str
    #: The series goes to its section by itself; the others wait for their producer.
    submits: bool = True
    ai: tuple[str, list[str]] | None = None
    countries: list[str] = field(default_factory=list)


SAID = {
    "lost-property": Said(
        lang="ru",
        credits=[
            ("director", "Alesia Kavalenka"),
            ("writer", "Mikita Hrynevich"),
            ("producer", "Volha Sidarenka"),
            ("cast", "Taisa Baranok"),
            ("cast", "Yauhen Lis"),
            ("camera", "Pavel Astapenka"),
            ("sound", "Iryna Kuleshova"),
        ],
        company="Depot Lane Films",
        submits=False,
    ),
    "the-horse-came-back": Said(
        lang="kk",
        credits=[("director", "Aigerim Satpayeva"), ("writer", "Daniyar Bek"), ("cast", "Erlan Omarov")],
        company="Feather Grass Pictures",
    ),
    "geranium-to-e4": Said(
        lang="fa",
        credits=[
            ("director", "Shirin Vaziri"),
            ("writer", "Shirin Vaziri"),
            ("cast", "Parviz Kamali"),
            ("music", "Nima Rad"),
        ],
        company="Four Windows Studio",
    ),
    "hands-remember": Said(
        lang="zh",
        credits=[("director", "Lin Wen"), ("producer", "Zhao Yi"), ("cast", "Gao Ming"), ("design", "Su Qing")],
        company="Snow Lane Kitchen Pictures",
    ),
    "the-wind-report": Said(
        lang="ur",
        credits=[
            ("director", "Bilal Ahmad"),
            ("writer", "Sana Mirza"),
            ("cast", "Old Rashid"),
            ("editor", "Sana Mirza"),
        ],
        company="Old City Rooftop",
        ai=("The announcer on the roof speaks with a voice made by a computer, with the actor's consent.", ["voice"]),
    ),
    "two-bars": Said(
        lang="tg",
        credits=[("director", "Farrukh Sharipov"), ("writer", "Madina Rahim"), ("cast", "Rustam the boatman")],
        company="Upper Lake Cooperative",
        countries=["US", "GB"],
    ),
}


def maker_of(plan: SeriesPlan) -> str:
    """Who sends it in and is asked about it: the director of the demo's own films."""
    said = SAID.get(plan.slug)
    return ANYBODY if said is None else next(name for part, name in said.credits if part == "director")


def about(plan: SeriesPlan, fields: dict[str, Any], *, contact: str, now: datetime) -> dict[str, Any] | None:
    """The fields of the series with all that is said of it; None for somebody's own films."""
    said = SAID.get(plan.slug)
    if said is None:
        return None
    what, where = said.ai or ("", [])
    return fields | {
        "original_lang": said.lang,
        "credits": [{"part": part, "name": name} for part, name in said.credits],
        "companies": [{"part": "production", "name": said.company}],
        "contact": {"name": contact, "email": plan.producer, "phone": ""},
        "ai": {"used": said.ai is not None, "what": what, "where": where},
        "rights": {
            "begins": None,
            "ends": (now + timedelta(days=400)).isoformat() if said.countries else None,
            "rule": "except" if said.countries else "everywhere",
            "countries": said.countries,
        },
    }
