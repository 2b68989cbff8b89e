"""A screen in the hall as it runs: a browser of its own whose profile is kept, behind a line that can be cut."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error, Page, Playwright, ViewportSize, expect

from api.embedded import free_port
from loadtest.client import Person
from tests import browser as browsers

MINUTE = 60_000
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
STANDING: ViewportSize = {"width": 540, "height": 960}
#: One visitor from the first touch to "Done": a vote for the film, and what the screen said of it.
VOTE = """async ([slug, mark]) => {
  const of = (id) => document.querySelector(`[data-testid="${id}"]`);
  const until = async (find) => {
    for (;;) {
      const found = find();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  };
  (await until(() => of("start"))).click();
  (await until(() => of(`film-${slug}`))).click();
  (await until(() => of("vote"))).click();
  (await until(() => of(`mark-${mark}`))).click();
  const said = await until(() => (["saving", undefined].includes(of("vote-state")?.dataset.state) ? null : of("vote-state")));
  const state = said.dataset.state;
  of("close-sheet").click();
  (await until(() => of("back"))).click();
  (await until(() => of("done"))).click();
  return state;
}"""


class Line:
    """The cable between a screen and the festival. `rate`: bytes a second that the screen may send; None for all."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, ""
        self.down = False
        self.rate: int | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def lay(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", port)

    def cut(self) -> None:
        self.down = True
        for writer in self._open:
            writer.transport.abort()

    def mend(self, rate: int | None = None) -> None:
        self.down, self.rate = False, rate

    async def take_up(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        there_reader, there = await asyncio.open_connection("127.0.0.1", self.port)
        self._open |= {writer, there}
        await asyncio.gather(self._pass(reader, there, slow=True), self._pass(there_reader, writer, slow=False))
        self._open -= {writer, there}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        try:
            while data := await reader.read(16_384):
                if slow and self.rate:
                    await asyncio.sleep(len(data) / self.rate)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


class HallScreen:
    """`script` runs before the page's own, as if the device itself were so."""

    def __init__(self, playwright: Playwright, line: Line, profile: Path, *, size: ViewportSize = STANDING) -> None:
        self.playwright, self.line, self.profile, self.size = playwright, line, profile, size
        self.script: str | None = None
        #: A film that is what its camera sees.
        self.camera: Path | None = None
        self.told: list[Any] = []
        self.context: BrowserContext | None = None
        self.kiosk = 0

    @property
    def page(self) -> Page:
        assert self.context is not None
        return self.context.pages[0]

    async def switch_on(self) -> Page:
        program = browsers.find()
        assert program is not None, browsers.HELP
        sees = [f"--use-file-for-fake-video-capture={self.camera}"] if self.camera else []
        self.context = await self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=program,
            args=[*browsers.ARGUMENTS, *CAMERA, *sees],
            viewport=self.size,
            has_touch=True,
            base_url=self.line.url,
            locale="en-GB",
        )
        await self.context.expose_function("tell", self.hear)
        if self.script:
            await self.context.add_init_script(self.script)
        await self.page.goto("/kiosk?lang=en", wait_until="commit")
        return self.page

    def hear(self, told: Any) -> None:
        self.told.append(told)

    async def switch_off(self) -> None:
        if self.context is not None:
            await self.context.close()
            self.context = None

    async def power_cut(self) -> None:
        """The browser and all of its processes are gone in the middle of whatever they did."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.context is not None:
            with contextlib.suppress(Error, TimeoutError):
                await asyncio.wait_for(self.context.close(), 10)
            self.context = None

    def processes(self) -> list[int]:
        """Of this screen's browser: each is started with its profile's folder, or by one that was."""
        mine = f"--user-data-dir={self.profile}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    command = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if mine in command:
                    found.append(int(entry.name))
        return found

    async def pair(self, organiser: Person, name: str = "Foyer left", programme: int | None = None) -> int:
        """Until it plays."""
        await expect(self.page.get_by_test_id("user-code")).to_be_visible(timeout=MINUTE)
        code = await self.page.get_by_test_id("user-code").inner_text()
        body = {"name": name, "programme": programme}
        self.kiosk = (await organiser.post(f"/api/desk/kiosks/pairings/{code}/approve", body))["kiosk"]
        await expect(self.page.get_by_test_id("loop")).to_be_visible(timeout=MINUTE)
        return self.kiosk

    async def stored(self) -> None:
        """Until the whole programme is on its disk, and a worker answers for the network."""
        await expect(self.page.get_by_test_id("status")).to_have_attribute("data-cached", "1", timeout=MINUTE)
        await self.page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=MINUTE)

    async def offline(self) -> None:
        """Cut, and the page has noticed."""
        self.line.cut()
        await self.page.wait_for_function("() => document.querySelector('[data-online]')?.dataset.online === 'false'")

    async def vote(self, slug: str, mark: int) -> str:
        state: str = await self.page.evaluate(VOTE, [slug, mark])
        return state

    async def plays(self) -> None:
        """Until the loop has shown a picture that moves."""
        await self.page.wait_for_function(
            "() => [...document.querySelectorAll('[data-testid=loop-film]')].some((film) => !film.paused && film.currentTime > 0.1)",
            timeout=MINUTE,
        )


#: Makes one that is switched off and not paired.
NewScreen = Callable[[], Awaitable[HallScreen]]
