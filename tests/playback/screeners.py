"""A confidential title as it lies in the store, its jurors, and a player that takes its playlists apart."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import httpx
import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from api.db import Connection
from tests import builders
from tests.house import House
from tests.journeys.playable import a_playable_episode
from tests.jury.rooms import RUBRIC
from transcoder.contract import AudioTrack, Descriptor, VideoTrack
from transcoder.package import master_playlist, media_playlist, subtitle_playlist

STILLS = (
    "board/sprite.webp",
    *(f"posters/a{form}" for form in (".avif", ".webp", ".jpg", "-card.avif", "-card.webp", "-card.jpg")),
)
#: Files of a package that nobody but its company and the desk may have.
PLAIN = ("package.json", "v360/playlist.m3u8", "v360/000.m4s", "v360/init.mp4", "a64/000.m4s", "1/en.vtt", *STILLS)


@dataclass
class Screener:
    package: UUID
    episode: int
    series: int
    company: int
    shortlist: int

    @property
    def master(self) -> str:
        return f"/api/screeners/{self.package}/playlists/1/master.m3u8"

    @property
    def key(self) -> str:
        return f"/api/screeners/{self.package}/key"

    def file(self, name: str) -> str:
        return f"/api/screeners/{self.package}/files/{name}"


async def a_screener(
    rows: Connection, film: Path, store: Path, *, released: bool = False, seconds: int = 6
) -> Screener:
    """A title of one episode on a shortlist of its own."""
    company = await builders.a_company(rows)
    series = await builders.a_series(rows, company=company, released=released)
    package = await a_playable_episode(rows, film, store, series, 1, seconds)
    place, told = (
        store / "media" / str(package),
        await rows.fetchval("SELECT descriptor FROM package WHERE id = $1", package),
    )
    descriptor = msgspec.convert(told | {"peaks": {"v360": 300_000, "a64": 64_000}}, Descriptor)
    tracks: list[VideoTrack | AudioTrack] = [*descriptor.video, *descriptor.audio]
    for track in tracks:
        (place / track.name / "playlist.m3u8").write_text(media_playlist(track.segments))
    (place / "1" / "master.m3u8").write_text(master_playlist(descriptor))
    (place / "1" / "en.m3u8").write_text(subtitle_playlist("en", descriptor.duration))
    (place / "package.json").write_bytes(msgspec.json.encode(descriptor))
    for name in STILLS:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(b"a picture")
    episode = await rows.fetchval("SELECT episode_id FROM package WHERE id = $1", package)
    festival, called = await builders.a_festival(rows), builders.words("Shortlist")
    jury = await rows.fetchval(
        "INSERT INTO jury (festival_id, name, award, rubric) VALUES ($1, $2, $2, $3) RETURNING id",
        festival,
        called,
        RUBRIC,
    )
    shortlist = await rows.fetchval(
        "INSERT INTO shortlist (festival_id, name, jury_id) VALUES ($1, $2, $3) RETURNING id", festival, called, jury
    )
    await rows.execute("INSERT INTO shortlist_series VALUES ($1, $2)", shortlist, series)
    return Screener(package, episode, series, company, shortlist)


async def account_of(browser: httpx.AsyncClient) -> int:
    return int((await browser.get("/api/access/me")).json()["account"]["id"])


async def assign(rows: Connection, browser: httpx.AsyncClient, screener: Screener) -> None:
    await seat(rows, await account_of(browser), screener)


async def seat(rows: Connection, account: int, screener: Screener) -> None:
    """A seat in the jury, and the title to watch."""
    statement = "INSERT INTO jury_member (jury_id, account_id) SELECT jury_id, $2 FROM shortlist WHERE id = $1"
    await rows.execute(statement, screener.shortlist, account)
    await rows.execute("INSERT INTO assignment (shortlist_id, account_id) VALUES ($1, $2)", screener.shortlist, account)


async def revoke(rows: Connection, browser: httpx.AsyncClient, screener: Screener) -> None:
    values = (screener.shortlist, await account_of(browser))
    await rows.execute("DELETE FROM assignment WHERE shortlist_id = $1 AND account_id = $2", *values)


async def an_assigned(house: House, rows: Connection, screener: Screener) -> httpx.AsyncClient:
    """A juror's browser."""
    browser = await house.signed_in("juror")
    await assign(rows, browser, screener)
    return browser


async def another_device(house: House, rows: Connection, browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A second browser of the same person."""
    second = house.browser()
    second.cookies.set("sid", await builders.a_session(rows, await account_of(browser)))
    return second


@dataclass
class Track:
    """A media playlist: its init segment and each segment with its IV, as addresses."""

    init: str
    segments: list[tuple[str, bytes]]


def addresses_in(text: str) -> list[str]:
    return re.findall(r'URI="([^"]+)"', text) + [
        line for line in text.splitlines() if line and not line.startswith("#")
    ]


async def read(browser: httpx.AsyncClient, address: str) -> bytes:
    answer = await browser.get(address)
    assert answer.status_code == 200, (address, answer.text)
    return answer.content


async def tracks_of(browser: httpx.AsyncClient, screener: Screener) -> dict[str, Track]:
    master = (await read(browser, screener.master)).decode()
    lists = {each: (await read(browser, each)).decode() for each in addresses_in(master)}
    return {address.split("/")[-2]: _track(text) for address, text in lists.items() if "EXT-X-MAP" in text}


def _track(text: str) -> Track:
    init = re.findall(r'#EXT-X-MAP:URI="([^"]+)"', text)[0]
    pattern = r'#EXT-X-KEY:METHOD=AES-128,URI="[^"]+",IV=0x([0-9a-f]{32})\n#EXTINF:[^\n]+\n([^#\n]+)'
    return Track(init, [(address, bytes.fromhex(iv)) for iv, address in re.findall(pattern, text)])


def decrypted(key: bytes, iv: bytes, content: bytes) -> bytes:
    cipher, padding = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor(), PKCS7(128).unpadder()
    return padding.update(cipher.update(content) + cipher.finalize()) + padding.finalize()


def pictures_in(content: bytes) -> int:
    """Frames that a decoder gets out of it; none where it cannot even be opened."""
    try:
        with av.open(io.BytesIO(content), "r") as film:
            return len(list(film.decode(video=0)))
    except av.error.FFmpegError:
        return 0


async def harvest(browser: httpx.AsyncClient, package: UUID) -> list[str]:
    """Every address that this session is given for a package, from its stream down to the last segment."""
    stream: Any = (await browser.get(f"/api/streams/{package}")).json()
    found = [stream["master"], *_strings(stream)]
    for address in found:
        if "m3u8" in address:
            text = (await browser.get(address)).text
            base = address.split("?")[0].rsplit("/", 1)[0]
            found += [
                str(httpx.URL(f"http://x{base}/").join(each)).removeprefix("http://x") for each in addresses_in(text)
            ]
    return sorted(set(found))


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in _strings(part)]
    if isinstance(value, list):
        return [each for part in value for each in _strings(part)]
    return [value] if isinstance(value, str) and value.startswith("/") and not value.endswith("/") else []
