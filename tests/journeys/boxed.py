"""A festival in a box: a laptop, its own access point, and no way out. Run by tests/faults/test_box.py in a network of its
own, in which whatever leaves for elsewhere is seen and goes nowhere.
"""

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from api.access.operators import issue_code
from loadtest.client import Person
from loadtest.publishing import publish
from tests.conftest import ROOT
from tests.journeys.conftest import PHONE, House
from tests.journeys.jury_house import Jury, Seat
from tests.journeys.screens.hall_screen import HallScreen, Line
from tests.journeys.test_jury_room import saved
from tests.journeys.test_upload_to_tally import MINUTE, PRESENTED, until_ready
from tests.transcoder.media import make_clip

IP_AND_UDP = 28
EVERYTHING = 3  # ETH_P_ALL
ETHERNET = 14
#: The one address of the box that is not a loopback one: what has no other address would not even try to leave.
OWN = "192.0.2.2"
#: Seconds in which two people vote.
OPEN = 120


def destination(packet: bytes) -> str | None:
    """Where an IP packet is to go, where that is out of this box."""
    head = packet[ETHERNET:]
    if head[0] >> 4 == 4:
        there4 = IPv4Address(head[16:20])
        return None if there4.is_loopback or str(there4) == OWN else str(there4)
    if head[0] >> 4 == 6:
        there6 = IPv6Address(head[24:40])
        return None if there6.is_loopback or there6.is_link_local or there6.is_multicast else str(there6)
    return None


class Lookout:
    """Sees every packet of the box, whoever sends it."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self._ended = threading.Event()
        self._tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING))
        self._tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024**2)
        self._tap.bind(("lo", 0))
        self._tap.settimeout(0.2)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                packet, where = self._tap.recvfrom(128)
                there = destination(packet) if where[2] == socket.PACKET_OUTGOING else None
                if there is not None:
                    self.left.append(f"{there} {packet[ETHERNET + IP_AND_UDP :]!r}")

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._tap.close()


@pytest.fixture
def lookout() -> Iterator[Lookout]:
    """It sees what leaves: the first packet is the test's own."""
    lookout = Lookout()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"is anybody there?", ("198.51.100.1", 53))
    for _ in range(100):
        if lookout.left:
            break
        threading.Event().wait(0.1)
    assert [each.split()[0] for each in lookout.left] == ["198.51.100.1"]
    lookout.left.clear()
    yield lookout
    lookout.close()


@pytest.fixture
async def screen(house: House, tmp_path: Path) -> AsyncIterator[HallScreen]:
    line = Line(int(house.server.url.rsplit(":", 1)[1]))
    await line.lay()
    async with async_playwright() as playwright:
        screen = HallScreen(playwright, line, tmp_path / "screen")
        yield screen
        await screen.switch_off()
    await line.take_up()


@pytest.mark.timeout(600)
async def test_festival_without_a_way_out(
    lookout: Lookout, house: House, worker: None, screen: HallScreen, chromium: Browser, tmp_path: Path
) -> None:
    """Uploaded, encoded, watched, voted for on a phone and on a screen, scored by a jury, counted, published, verified."""
    await house.send(1, make_clip(tmp_path / "e01.mp4", seconds=4))
    await until_ready(house, 1)
    award = await an_award(house)

    await watch_and_vote(house, chromium, award)
    await screen_votes(house, screen, award)
    await juror_scores(house, chromium, tmp_path)
    bundle = await published(house, award, tmp_path)

    said = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", "verify", str(bundle), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await said.communicate()
    assert said.returncode == 0, told.decode()
    result = await house.organiser.get(f"/api/awards/{award}/result")
    assert result["result"]["ballots"] == 2
    assert lookout.left == []


async def an_award(house: House) -> int:
    """For phones and screens. Nobody can move the end of an award that is open, so it is as near as it may be."""
    closes = datetime.now(UTC) + timedelta(seconds=OPEN)
    about = {"slug": "hall", "name": {"en": "Hall Award"}, "board": "open", "tiers": ["kiosk", "device"]}
    times = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": closes.isoformat()}
    return int((await house.organiser.post("/api/desk/awards", {**about, **times}))["id"])


async def watch_and_vote(house: House, chromium: Browser, award: int) -> None:
    context = await chromium.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, base_url=house.server.url, locale="en-GB"
    )
    phone = await context.new_page()
    await phone.goto("/")
    await phone.get_by_test_id("series-night-bus").tap()
    await phone.get_by_test_id("watch").tap()
    assert await phone.get_by_test_id("film").evaluate(PRESENTED) > 0.2
    entry = await house.sql("SELECT id FROM entry WHERE award_id = $1", award)
    await phone.goto("/ballots")
    await phone.get_by_test_id(f"vote-{entry}").tap()
    await phone.get_by_test_id("star-4").tap()
    await expect(phone.get_by_test_id(f"vote-row-{entry}")).to_have_attribute("data-state", "counted", timeout=MINUTE)
    await context.close()


async def screen_votes(house: House, screen: HallScreen, award: int) -> None:
    await screen.switch_on()
    await screen.pair(house.organiser)
    await screen.plays()
    await screen.stored()
    assert await screen.vote("night-bus", 5) in ("saved", "counted")
    for _ in range(300):  # what is saved is handed over four times a minute
        if await house.sql("SELECT count(*) FROM vote_event WHERE award_id = $1", award) == 2:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the screen's vote has not arrived")


async def juror_scores(house: House, chromium: Browser, folder: Path) -> None:
    jury = await Jury(house).gather(folder, meets_at="2099-11-13T05:00:00Z")
    seat = await Seat.take(chromium, jury.jurors[1])
    page: Page = await seat.title("window-43")
    await seat.grade("story", 5)
    await saved(page, "saved")
    assert seat.complaints == []
    await seat.context.close()
    await jury.close()


async def published(house: House, award: int, folder: Path) -> Path:
    """The public bundle, after two people have agreed on the result."""
    account = {"email": "auditor@festival.example", "name": "Auditor", "role": "auditor"}
    await house.organiser.post("/api/desk/accounts", account)
    auditor = Person(house.server.url)
    left = "SELECT greatest(0, extract(epoch FROM closes_at - clock_timestamp()))::float FROM award WHERE id = $1"
    await asyncio.sleep(await house.sql(left, award))
    # To publish wants a proof of who one is that is younger than five minutes.
    for person, address in ((house.organiser, "organiser@festival.example"), (auditor, account["email"])):
        await person.sign_in(await issue_code(house.server.database_url, address))
    assert await publish(house.organiser, auditor, award)
    bundle = folder / "bundle.zip"
    bundle.write_bytes((await auditor.http.get(f"/api/awards/{award}/bundle")).content)
    await auditor.close()
    return bundle
