"""A filled festival behind https, walked as everybody: what each kind of answer says to the browser that gets it."""

import re
from collections.abc import AsyncGenerator
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from litestar.routes import HTTPRoute
from msgspec import structs

from api.pages import list_assets
from api.settings import Settings
from tests import filled
from tests.architecture.test_matrix import NOTHING, PARAMETER
from tests.architecture.titles import FILES, Title
from tests.house import House, opened_house
from tests.kiosk.screens import Screen

pytest_plugins = ("tests.housing",)
pytestmark = pytest.mark.timeout(600)
HOST = "https://festival.example"
EVERY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-site",
    "strict-transport-security": "max-age=31536000",
    "permissions-policy": (
        "camera=(self), accelerometer=(), bluetooth=(), display-capture=(), geolocation=(), gyroscope=(), hid=(),"
        " magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
}
#: What a script, a style or a frame may come from: ourselves, and inline text that is named by its hash.
SOURCE = re.compile(r"'self'|'none'|data:|blob:|'sha256-[A-Za-z0-9+/]{43}='")
#: Not of the API and not to be kept by others, but asked about again: pages, and a screen's signed programme.
ASKED_AGAIN = ("no-cache", "private, no-cache", "private, max-age=0")
#: What people sent, as it is given out, is one of these: nothing that a browser would run.
SAFE_KINDS = {
    "application/json", "application/octet-stream", "application/vnd.apple.mpegurl", "image/avif", "image/jpeg", "image/webp",
    "text/vtt", "video/iso.segment", "video/mp4",
}  # fmt: skip
#: The same for everybody who may see them, so no cookie has a part in them.
WITHOUT_COOKIES = ("/media/", "/assets/", "/api/marks/")
#: Names that are no addresses: of XML, of a scheme in MP4, and the page that explains what our library of parts reports.
NAMES = {"www.w3.org", "aomedia.org", "svelte.dev"}


@pytest.fixture(scope="module")
async def secure(house_settings: Settings) -> AsyncGenerator[House, None]:
    async with opened_house(structs.replace(house_settings, public_url=HOST)) as opened:
        yield opened


class Crawl:
    """Who comes, and the addresses of what is there."""

    def __init__(self, house: House, titles: list[Title], known: dict[str, list[Any]]) -> None:
        self.house, self.known = house, known
        self.titles = {title.state: title for title in titles}
        self.browsers: dict[filled.Actor, httpx.AsyncClient] = {}

    async def enter(self, actor: filled.Actor) -> httpx.AsyncClient:
        browser = self.house.browser()
        async with self.house.pool.acquire() as db:
            if actor == "kiosk":
                screen, organiser = Screen(browser), await self.house.signed_in("organiser")
                await screen.ask()
                path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"
                screen.id = (await organiser.post(path, json={"name": "Foyer left"})).json()["kiosk"]
                await screen.sign_in()
            elif actor is not None:
                token = await filled.a_session_of(db, actor)
                browser.cookies.set("__Host-sid", token)
        return browser

    def address(self, path: str) -> str:
        """With something that is there, of the released title where it is a title's."""
        title = self.titles["released"]
        own = {"series": title.series, "slug": title.slug, "episode": title.episode, "package": title.package,
               "upload": title.original, "jury": title.jury, "round_id": title.shortlist,
               "number": 1, "lang": "en", "folder": "v360", "name": "playlist.m3u8", "form": "csv", "kind": "logo"}  # fmt: skip

        def value(found: re.Match[str]) -> str:
            name, kind = found[1], found[2]
            return str(own.get(name) or next(iter(self.known.get(name, ())), NOTHING[kind]))

        return PARAMETER.sub(value, path).replace("//", "/")

    def addresses(self) -> list[str]:
        routes = [route for route in self.house.app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
        found = [self.address(route.path) for route in routes]
        found += ["/nothing/at/all", "/media/nothing", "/assets/nothing.js", *("/" + name for name in list_assets())]
        for state in ("released", "submitted"):
            found += [f"/media/{self.titles[state].package}/{name}" for name in FILES]
        return sorted(set(found))


@pytest.fixture(scope="module")
async def crawl(secure: House) -> Crawl:
    async with secure.pool.acquire() as db:
        _, titles = await filled.fill(db, secure.folder)
        return Crawl(secure, titles, await filled.known(db))


def policy_of(answer: httpx.Response) -> dict[str, list[str]]:
    parts = answer.headers.get("content-security-policy", "").split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts) if words}


def wrong_policy(answer: httpx.Response) -> list[str]:
    policy = policy_of(answer)
    sources = [source for name, listed in policy.items() if name != "sandbox" for source in listed]
    wrong = [f"policy allows {source}" for source in sources if not SOURCE.fullmatch(source)]
    if policy.get("default-src") != ["'none'"]:
        wrong.append("policy allows what it does not name")
    # A sandboxed answer has no origin that a frame could borrow.
    if policy.get("frame-ancestors") != ["'none'"] and policy.get("sandbox") != []:
        wrong.append("may be framed")
    if "data:" in policy.get("script-src", ()) or "blob:" in policy.get("script-src", ()):
        wrong.append("scripts may come from addresses that a script makes")
    return wrong


def wrong_cache(answer: httpx.Response, anonymous: httpx.Response | None) -> list[str]:
    """Nothing that others may keep differs by who asks, and what the API says to one person is kept nowhere."""
    said, path = answer.headers.get("cache-control", ""), answer.request.url.path
    if "public" in said.split(", "):
        personal = anonymous is not None and answer.content != anonymous.content
        return [f"{said}, but it is personal"] if personal else []
    if "no-store" in said.split(", "):
        return []
    page = not path.startswith(("/api/", "/media/", "/storage/")) or path == "/api/kiosk/manifest"
    return [] if page and said in ASKED_AGAIN else [f"cache-control is {said!r}"]


def wrong_cookies(answer: httpx.Response) -> list[str]:
    wrong = []
    for line in answer.headers.get_list("set-cookie"):
        for name, cookie in SimpleCookie(line).items():
            flags = (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
            if not name.startswith("__Host-") or flags != (True, True, "lax", "/", ""):
                wrong.append(f"cookie {name} {flags}")
            if answer.request.url.path.startswith(WITHOUT_COOKIES) or "public" in answer.headers["cache-control"]:
                wrong.append(f"cookie {name} on an answer that is for everybody")
    return wrong


def wrong_kind(answer: httpx.Response) -> list[str]:
    """What came from people is safe to open; a document is one of ours."""
    path, kind = answer.request.url.path, answer.headers.get("content-type", "").split(";")[0]
    if path.startswith(("/media/", "/api/marks/", "/api/screeners/")) and answer.is_success:
        sandboxed = "sandbox" in policy_of(answer) or path.startswith("/api/screeners/")
        return [] if kind in SAFE_KINDS and sandboxed else [f"people's file as {kind}"]
    if answer.content and not kind:
        return ["of no kind"]
    return []


def complaints(answer: httpx.Response, anonymous: httpx.Response | None) -> list[str]:
    wrong = [
        f"{name} is {answer.headers.get(name)!r}" for name, value in EVERY.items() if answer.headers.get(name) != value
    ]
    wrong += ["a fault"] if answer.status_code >= 500 else []
    return wrong + wrong_policy(answer) + wrong_cache(answer, anonymous) + wrong_cookies(answer) + wrong_kind(answer)


@pytest.mark.parametrize("actor", filled.ACTORS, ids=lambda actor: actor or "nobody")
async def test_every_answer_says_what_its_kind_has_to(crawl: Crawl, actor: filled.Actor) -> None:
    browser, nobody = await crawl.enter(actor), await crawl.enter(None)
    wrong, given = [], 0
    for address in crawl.addresses():
        answer = await browser.get(address)
        anonymous = await nobody.get(address) if actor is not None and answer.is_success else None
        given += answer.is_success
        wrong += [(address, answer.status_code, said) for said in complaints(answer, anonymous)]

    assert wrong == []
    assert given > 120


class Addresses(HTMLParser):
    """What a page names that a browser would fetch, follow or send to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "action", "formaction", "poster", "data", "srcset", "content"):
                self.found |= set(re.findall(r"(?:https?:)?//[^\s\"'<>]+", value or ""))


def others_in(answer: httpx.Response) -> set[str]:
    """Hosts that a page, style or script names beside our own."""
    kind = answer.headers.get("content-type", "").split(";")[0]
    if kind == "text/html":
        page = Addresses()
        page.feed(answer.text)
        named = page.found
    elif kind in ("text/css", "text/javascript", "application/manifest+json", "image/svg+xml"):
        named = set(re.findall(r"https?://[\w.-]+", answer.text))
    else:
        return set()
    return {urlsplit(address).hostname or "" for address in named} - {urlsplit(HOST).hostname or "", ""} - NAMES


async def test_no_page_style_or_script_names_another_host(crawl: Crawl) -> None:
    browser = await crawl.enter("organiser")
    answers = [await browser.get(address) for address in crawl.addresses() if not address.startswith("/api/")]

    assert {str(answer.url.path): others for answer in answers if (others := others_in(answer))} == {}
    assert sum(answer.headers.get("content-type", "").startswith("text/html") for answer in answers) > 10
