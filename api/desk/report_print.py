"""The report as it is printed: the same figures and plots, laid out as facts for a template. No await, no I/O."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from api.desk import plots
from api.desk.report_schemas import AwardLine, Portion, Report, Stratum, Watched
from api.studio.staying_schemas import LanguageUse, Share
from api.words import pick

#: What is said in print, in every language of the pages: report.json.
SAID: Final = msgspec.json.decode(Path(__file__).with_name("report.json").read_bytes(), type=dict[str, dict[str, str]])
PAPER: Final = "report"
_GLOW, _QUIET = "#C8730A", "#A79FBA"
_RIGHT_TO_LEFT: Final = frozenset({"fa", "ur"})
#: As its readers write figures; the other languages write them in European ones.
_DIGITS: Final = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}
_NAMES: Final = {
    "be": "Беларуская", "en": "English", "fa": "فارسی", "hi": "हिन्दी", "kk": "Қазақша", "ky": "Кыргызча",
    "ru": "Русский", "tg": "Тоҷикӣ", "ur": "اردو", "uz": "Oʻzbekcha", "zh": "中文",
}  # fmt: skip
Table = dict[str, Any]


class Printer:
    """One report in one language."""

    def __init__(self, report: Report, lang: str) -> None:
        self._report = report
        self._lang = lang
        self._said: Mapping[str, str] = SAID.get(lang, SAID["en"])

    def facts(self) -> dict[str, Any]:
        report = self._report
        return {
            "title": self.say("title", name=pick(report.name, self._lang)),
            "when": f"{report.starts_on} – {report.ends_on}",
            "place": pick(report.place, self._lang),
            "made": self.say("made", when=f"{report.made_at:%Y-%m-%d %H:%M} UTC"),
            "glance": {"title": self.say("glance"), "tiles": self._tiles()},
            "watched": self._watched(),
            "awards": self._awards(),
            "tables": [table for table in (self._sections(), self._screens(), self._languages()) if table["lines"]],
            "countries": self._countries(),
            "floor": self.say("floor", count=self.number(report.floor)),
        }

    def pictures(self) -> dict[str, bytes]:
        mirrored = self._lang in _RIGHT_TO_LEFT
        drawn = {name: getattr(self._report.plots, name) for name in ("days", "hours", "countries")}
        return {
            f"{name}.svg": plots.to_svg(plot, highlight=_GLOW, quiet=_QUIET, mirrored=mirrored).encode()
            for name, plot in drawn.items()
        }

    def say(self, key: str, **values: str) -> str:
        return self._said[key].format(**values)

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}").translate(_DIGITS.get(self._lang, {}))

    def percent(self, share: float) -> str:
        return f"{self.number(round(share * 100))} %"

    def size(self, value: int) -> str:
        for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
            if value >= factor:
                return f"{value / factor:.1f} {unit}".translate(_DIGITS.get(self._lang, {}))
        return f"{self.number(value // 1000)} kB"

    def country(self, code: str) -> str:
        return self._said.get(f"country.{code}", code)

    def _tiles(self) -> list[list[str]]:
        report, watched = self._report, self._report.watched
        few = self.say("few", count=self.number(report.floor))
        ballots = sum(award.ballots or 0 for award in report.awards)
        sources = self.say(
            "tile.from", companies=self.number(report.companies), count=self.number(len(report.countries))
        )
        tiles = [
            ("submitted", self.number(sum(line.submitted for line in report.sections)), sources),
            ("accepted", self.number(sum(line.accepted for line in report.sections)), ""),
            ("episodes", self.number(report.access.episodes), ""),
            ("viewers", few if watched is None else self.number(watched.viewers), ""),
            ("minutes", few if watched is None else self.number(watched.minutes), ""),
            ("completed", self._share(None if watched is None else watched.completed), self.say("tile.completed_what")),
            ("subtitled", self.percent(report.access.subtitled / max(1, report.access.episodes)), ""),
            ("ballots", self.number(ballots), self.say("tile.awards", count=self.number(len(report.awards)))),
            (
                "screens",
                self.number(sum(line.plays for line in report.screens)),
                self.say("tile.on_screens", count=self.number(len(report.screens))),
            ),
            (
                "bytes",
                self.size(report.volumes.originals),
                self.say("tile.packages", size=self.size(report.volumes.packages)),
            ),
        ]
        return [[self.say(f"tile.{key}"), figure, more] for key, figure, more in tiles]

    def _share(self, share: Share | None) -> str:
        return "–" if share is None else self.percent(share.value)

    def _watched(self) -> Table:
        watched = self._report.watched
        head = {"title": self.say("watched")}
        if watched is None:
            return {**head, "few": self.say("few_viewers", count=self.number(self._report.floor))}
        return {
            **head,
            "few": "",
            "days": self._plot("by_day", "days"),
            "hours": self._plot("by_hour", "hours"),
            "shares": self._shares(watched),
        }

    def _plot(self, title: str, name: str) -> Table:
        """A name below every bar, or below as many as have room."""
        bars = getattr(self._report.plots, name).bars
        every = 3 if name == "hours" else 1 + (len(bars) - 1) // 10
        names = [bar.key[5:] if name == "days" else self.number(int(bar.key)) for bar in bars]
        most = max((bar.value or 0 for bar in bars), default=0)
        return {
            "title": self.say(title),
            "picture": f"{name}.svg",
            "names": [said if place % every == 0 else "" for place, said in enumerate(names)],
            "most": self.say("minutes", count=self.number(most)),
        }

    def _shares(self, watched: Watched) -> list[Table]:
        sections = {line.slug: pick(line.name, self._lang) for line in self._report.sections}

        def portion(each: Portion) -> list[str]:
            name = self.say("rest") if each.key is None else sections.get(each.key, each.key)
            return [name, self.say("minutes", count=self.number(each.minutes))]

        def language(use: LanguageUse) -> list[str]:
            name = self.say("rest") if use.lang is None else _NAMES.get(use.lang, use.lang)
            return [name, self.percent(use.share)]

        found = [
            {"title": self.say("by_section"), "lines": [portion(each) for each in watched.sections]},
            {"title": self.say("interface"), "lines": [language(use) for use in watched.interface]},
            {"title": self.say("subtitles"), "lines": [language(use) for use in watched.subtitles]},
        ]
        return [table for table in found if table["lines"]]

    def _awards(self) -> Table:
        heads = [self.say("award"), self.say("winner"), self.say("tile.ballots")]
        lines = [self._award(each) for each in self._report.awards]
        return {"title": self.say("awards"), "heads": heads, "lines": lines}

    def _award(self, award: AwardLine) -> list[str]:
        won = [f"{pick(each.title, self._lang)} ({self.country(each.country)})" for each in award.winners]
        nobody = self.say("no_winner" if award.published_at else "not_published")
        few = self.say("few", count=self.number(self._report.floor))
        ballots = few if award.ballots is None else self.number(award.ballots)
        ways = "; ".join(self._stratum(each) for each in award.strata)
        return [pick(award.name, self._lang), ", ".join(won) or nobody, f"{ballots}\n{ways}" if ways else ballots]

    def _stratum(self, stratum: Stratum) -> str:
        name = self.say("rest") if stratum.tier is None else self.say(f"tier.{stratum.tier}")
        share = f" ({self.percent(stratum.ballots / stratum.of)})" if stratum.of else ""
        return f"{name}: {self.number(stratum.ballots)}{share}"

    def _sections(self) -> Table:
        names = ("entered", "submitted", "accepted", "episodes")
        return {
            "title": self.say("entries"),
            "heads": [self.say("section"), *map(self.say, names), self.say("minutes_head")],
            "lines": [
                [pick(line.name, self._lang), *(self.number(getattr(line, name)) for name in (*names, "minutes"))]
                for line in self._report.sections
            ],
        }

    def _countries(self) -> Table:
        names = ("entered", "submitted", "accepted")
        return {
            "title": self.say("countries"),
            "heads": [self.say("country"), *map(self.say, names)],
            "lines": [
                [self.country(line.country), *(self.number(getattr(line, name)) for name in names)]
                for line in self._report.countries
            ],
            "picture": "countries.svg",
            "names": [bar.key for bar in self._report.plots.countries.bars],
        }

    def _screens(self) -> Table:
        return {
            "title": self.say("screens"),
            "heads": [self.say("screen"), self.say("plays"), self.say("touched"), self.say("minutes_head")],
            "lines": [
                [line.name, self.number(line.plays), self.number(line.touched), self.number(line.minutes)]
                for line in self._report.screens
            ],
        }

    def _languages(self) -> Table:
        return {
            "title": self.say("access"),
            "heads": [self.say("lang"), self.say("subtitled"), self.say("voiced")],
            "lines": [
                [_NAMES.get(line.lang, line.lang), self.number(line.subtitled), self.number(line.voiced)]
                for line in self._report.access.languages
            ],
        }
