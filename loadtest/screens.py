"""Screens in the halls of a demo: `python -m loadtest.screens --url URL --disk FILE`.

Eight are paired and then live until this command ends: they play, people touch them and vote. One has lost its network
and keeps its votes, one still loads films, one sleeps.
"""

import argparse
import asyncio
import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import httpx
from msgspec import Struct

from loadtest.awards import AUDIENCE
from loadtest.client import Person, Refused
from loadtest.screen import Screen, ago

BEAT: Final = 5.0
SESSION: Final = 600.0
#: The proof of play begins before this evening: screens are hung early.
DAYS_BEFORE: Final = 3
#: How long to wait for films, so that the first report names more than one.
PATIENCE: Final = 120.0
SERIES_ENOUGH: Final = 3
#: Of the screen that is cut off: votes that came home before, and those it keeps.
SENT, HELD = 12, 14
Story: TypeAlias = Literal["busy", "quiet", "cut_off", "loading", "asleep"]


class ScreenPlan(Struct, frozen=True, kw_only=True):
    name: str
    place: str
    story: Story
    heads: int
    programme: str = "Day and evening"


SCREENS: Final = (
    ScreenPlan(name="Foyer left", place="Left of the cloakroom", story="cut_off", heads=800),
    ScreenPlan(name="Foyer right", place="Right of the cloakroom", story="busy", heads=800),
    ScreenPlan(name="Main hall door", place="Hall 1, first floor", story="busy", heads=600),
    ScreenPlan(name="Cinema 2", place="Before the doors", story="quiet", heads=300, programme="Late hall"),
    ScreenPlan(name="Café", place="Behind the bar", story="quiet", heads=400),
    ScreenPlan(name="Metro stop", place="Exit 2, glass case", story="quiet", heads=900, programme="Late hall"),
    ScreenPlan(name="University", place="Building B, ground floor", story="loading", heads=500),
    ScreenPlan(name="Library", place="Reading room", story="asleep", heads=150),
)  # fmt: skip


def programmes(sections: list[int], award: int | None) -> list[dict[str, Any]]:
    walls = [] if award is None else [{"kind": "wall", "id": award, "seconds": 20}]
    main = [{"kind": "section", "id": section, "episodes": "first"} for section in sections[:1]]
    everything = [{"kind": "all", "episodes": "all"}]
    day = {
        "blocks": [
            {"starts": "09:00", "ends": "18:00", "items": main + walls},
            {"starts": "18:00", "ends": "01:00", "items": everything + walls},
        ],
        "ratings": [{"starts": "06:00", "ends": "21:00", "max": "12+"}],
        "sleep": [{"starts": "01:00", "ends": "08:00"}],
    }
    late = {"blocks": [{"starts": "20:00", "ends": "03:00", "days": [5, 6, 7], "items": everything}]}
    return [{"name": "Day and evening", "plan": day}, {"name": "Late hall", "plan": late}]


class Life:
    """One screen from now on."""

    def __init__(self, screen: Screen, plan: ScreenPlan, disk: "Disk") -> None:
        self.screen, self.plan, self.disk = screen, plan, disk
        self.dice = random.Random(plan.name)
        self.films: list[dict[str, Any]] = []
        self.entries: list[int] = []
        self.award = 0
        self.serial, self.place = 0, self.dice.randrange(6)
        self.began = self.signed = self.until = ago(days=1)
        self.mode = "play"

    async def live(self) -> None:
        born = datetime.now(UTC)
        while True:
            try:
                if datetime.now(UTC) - self.signed > timedelta(seconds=SESSION):
                    await self.screen.sign_in()
                    self.signed = datetime.now(UTC)
                await self.tick(datetime.now(UTC) - born)
            except (Refused, httpx.TransportError) as error:
                print(f"{self.plan.name}: {error}", flush=True)
                self.signed = ago(days=1)
            self.disk.save()
            await asyncio.sleep(BEAT)

    async def tick(self, age: timedelta) -> None:
        cut_off = self.plan.story == "cut_off"
        if cut_off and (len(self.screen.unsent) >= HELD or age.total_seconds() > PATIENCE):
            return
        said = await self.play() if self.films and self.plan.story != "asleep" else {}
        if cut_off:
            self.vote()
        if not cut_off or self.screen.kept["counter"] <= SENT:
            await self.screen.send()
        heard = await self.screen.beat(**self.state(age), **said)
        self.mode = heard["mode"]
        for command in heard["commands"]:
            outcome = "failed" if command["kind"] == "screenshot" else "done"
            await self.screen.person.post(f"/api/kiosk/commands/{command['id']}/done", {"outcome": outcome})
        if heard["serial"] != self.serial:
            await self.take_over(heard["serial"])
        if "filled" not in self.screen.kept and (len(self.films) >= SERIES_ENOUGH or age.total_seconds() > PATIENCE):
            await self.fill()

    def state(self, age: timedelta) -> dict[str, Any]:
        if self.mode != "play":
            return {"state": "paused" if self.mode == "pause" else "blank"}
        if self.plan.story == "asleep":
            return {"state": "asleep"}
        cached = min(100, 40 + age.total_seconds() / 6) if self.plan.story == "loading" else 100
        return {"state": "in_use" if datetime.now(UTC) < self.until else "loop", "cached": cached}

    async def take_over(self, serial: int) -> None:
        manifest = await self.screen.manifest()
        self.serial = serial
        self.films = [
            {"series": series["id"], "episode": episode["id"], "seconds": episode["duration_ms"] / 1000}
            for series in manifest["series"]
            for episode in series["episodes"][:1]
        ]
        for award in manifest["awards"]:
            if award["slug"] == AUDIENCE.slug and "kiosk" in award["ways"]:
                self.award, self.entries = award["id"], [entry["id"] for entry in award["entries"]]

    async def play(self) -> dict[str, Any]:
        """What is on now; a film that has ended is written down, and a visitor votes when they go."""
        now = datetime.now(UTC)
        film = self.films[self.place % len(self.films)]
        if (now - self.began).total_seconds() >= film["seconds"]:
            if self.began > ago(hours=1):
                await self.screen.played([(film, self.began, "visitor" if self.began < self.until else "loop")])
            if self.began < self.until <= now:
                self.vote()
            self.place, self.began = self.place + 1, now
            film = self.films[self.place % len(self.films)]
            if self.plan.story == "busy" and self.dice.random() < 0.5:
                self.until = now + timedelta(seconds=film["seconds"])
        second = (now - self.began).total_seconds()
        return {"series": film["series"], "episode": film["episode"], "second": second, "manifest": self.serial}

    def vote(self) -> None:
        if self.entries:
            self.screen.vote(self.award, self.dice.choice(self.entries), self.dice.choice((3, 4, 4, 5, 5)))

    async def fill(self) -> None:
        """The days before, as a screen that comes back after an outage would send them."""
        self.screen.kept["filled"] = True
        if not self.films or self.plan.story == "loading":
            return
        played = []
        for day in range(DAYS_BEFORE, 0, -1):
            at = ago(days=day)
            for _ in range(self.dice.randint(60, 140)):
                how = "visitor" if self.plan.story == "busy" and self.dice.random() < 0.3 else "loop"
                film = self.dice.choice(self.films)
                played.append((film, at, how))
                at += timedelta(seconds=film["seconds"] + self.dice.choice((0, 0, 20, 180)))
        await self.screen.played(played)


class Disk:
    """What all these screens would keep on their own disks, in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.kept: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}

    def of(self, name: str) -> dict[str, Any]:
        return self.kept.setdefault(name, {})

    def save(self) -> None:
        """Whole or not at all: a demo ends at any moment, and without their keys these screens are nobody."""
        part = self._path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(self.kept))
        part.replace(self._path)


async def set_up(organiser: Person, lives: list[Life]) -> None:
    overview = await organiser.get("/api/desk/overview")
    ids = {each["award"]["slug"]: each["award"]["id"] for each in overview["awards"]}
    for programme in programmes([section["id"] for section in overview["sections"]], ids.get(AUDIENCE.slug)):
        try:
            await organiser.post("/api/desk/programmes", programme)
        except Refused as refused:
            if refused.code != "already-there":
                raise
    known = {each["name"]: each["id"] for each in await organiser.get("/api/desk/programmes")}
    for life in lives:
        plan = life.plan
        if not life.screen.kept["kiosk"]:
            named = {"name": plan.name, "place": plan.place, "programme": known[plan.programme]}
            await life.screen.pair(organiser, **named)
            settings = {**named, "head_count": plan.heads}
            await organiser.put(f"/api/desk/kiosks/{life.screen.kept['kiosk']}", settings)
            life.disk.save()


async def main(url: str, path: Path) -> int:
    disk = Disk(path)
    lives = [Life(Screen(Person(url), disk.of(plan.name)), plan, disk) for plan in SCREENS]
    organiser = Person(url)
    try:
        await organiser.sign_in(os.environ["TALLSCREEN_CODE"])
        await set_up(organiser, lives)
    finally:
        await organiser.close()
    await asyncio.gather(*(life.live() for life in lives))
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--disk", type=Path, required=True)
    arguments = parser.parse_args()
    sys.exit(asyncio.run(main(arguments.url, arguments.disk)))
