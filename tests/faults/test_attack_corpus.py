"""Every hostile file: refused with a reason or made harmless, and nothing else on this machine seen, told or changed."""

import asyncio
import contextlib
import hashlib
import os
import socket
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from tests.faults.attack_corpus import CORPUS, EPISODE, Attack, Traps
from tests.faults.attack_corpus.films import H264, MP4, film
from tests.faults.attack_corpus.lies import TRAVELLER
from tests.faults.fate import Fate, ladder, preview
from tests.transcoder.media import ffmpeg
from transcoder.pipeline import Bench, Tools

SECRET = "the ending nobody knows yet: she walks back into the sea"
#: The colour of the film next door; nothing in the corpus has a picture like it.
PURPLE = (250, 0, 200)
NAMED = {attack.name: attack for attack in CORPUS}


class World(Struct, frozen=True):
    """A disk with one hostile job on it, and things that are none of its business."""

    folder: Path
    bench: Bench
    traps: Traps

    def rest(self) -> dict[str, tuple[str, int, float]]:
        """Everything but the folder of the job."""
        files = [path for path in self.folder.rglob("*") if not path.is_relative_to(self.bench.folder)]
        return {str(path): _state(path) for path in files}


def _state(path: Path) -> tuple[str, int, float]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return digest, path.stat().st_mode, path.stat().st_mtime


class Ears(Struct, frozen=True):
    tcp: socket.socket
    udp: socket.socket

    def heard(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self.tcp.accept()[0].close()
            return True
        with contextlib.suppress(BlockingIOError):
            return bool(self.udp.recv(1))
        return False


@pytest.fixture(scope="module")
def ears() -> Iterator[Ears]:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(tcp.getsockname())
        for listener in (tcp, udp):
            listener.setblocking(False)
        yield Ears(tcp, udp)


@pytest.fixture
def world(tmp_path: Path, ears: Ears) -> World:
    bench = Bench.lay(tmp_path / "jobs" / "mine")
    neighbour, secret = tmp_path / "jobs" / "other" / "in" / "original", tmp_path / "private" / "secret.txt"
    for path, content in ((neighbour, purple()), (secret, SECRET.encode())):
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return World(tmp_path, bench, Traps(secret=secret, film=neighbour, port=ears.tcp.getsockname()[1]))


@cache
def purple() -> bytes:
    return film(MP4, f"{H264} -c:a aac", "color=0x{:02x}{:02x}{:02x}:s=180x320:r=24:d=1".format(*PURPLE))


def test_there_are_many_and_all_have_a_name() -> None:
    assert len(CORPUS) >= 60
    assert len(NAMED) == len(CORPUS)


@pytest.mark.parametrize("name", NAMED)
async def test_an_attack_is_refused_with_words_or_made_harmless(
    tools: Tools, world: World, ears: Ears, name: str
) -> None:
    attack = NAMED[name]
    attack.write(world.bench.original, world.traps)
    before = world.rest()

    fate = await preview(world.bench, tools)

    assert fate.end in attack.ends, fate
    check_words(fate)
    check_outside(world, before, ears)
    check_inside(world, fate)


@pytest.mark.long
@pytest.mark.parametrize("name", [attack.name for attack in CORPUS if EPISODE in attack.ends])
async def test_an_attack_that_may_become_an_episode_becomes_one_safely(
    tools: Tools, world: World, ears: Ears, name: str
) -> None:
    NAMED[name].write(world.bench.original, world.traps)
    before = world.rest()

    fate = await ladder(world.bench, tools)

    assert fate.end in NAMED[name].ends, fate
    check_words(fate)
    check_outside(world, before, ears)
    check_inside(world, fate)


def check_words(fate: Fate) -> None:
    if fate.words is None:
        assert fate.end == EPISODE
        return
    assert fate.words.code == fate.end
    for sentence in (fate.words.happened, fate.words.kept, fate.words.next):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "unknown" not in sentence


def check_outside(world: World, before: dict[str, tuple[str, int, float]], ears: Ears) -> None:
    assert world.rest() == before
    assert not ears.heard()
    assert str(world.folder).encode() not in b"".join(command_lines())


def command_lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


def check_inside(world: World, fate: Fate) -> None:
    """What was made and said holds nothing that was not the sender's to show."""
    made = [path for folder in (world.bench.out, world.bench.package) for path in folder.rglob("*")]
    assert all(not path.is_symlink() and (path.is_file() or path.is_dir()) for path in made)
    texts = [path.read_bytes() for path in made if path.is_file()]
    texts += [fate.said.encode(), msgspec.json.encode(fate.words)]
    for text in texts:
        assert SECRET.encode() not in text
        assert TRAVELLER.encode() not in text
        assert b"<script" not in text
    for colour in colours(world, fate):
        assert max(abs(seen - hidden) for seen, hidden in zip(colour, PURPLE, strict=True)) > 40


def colours(world: World, fate: Fate) -> list[bytes]:
    """The mean colour of every picture of the preview."""
    if not fate.published:
        return []
    whole = world.folder / "whole.mp4"
    whole.write_bytes(b"".join(path.read_bytes() for path in fate.published))
    args = ["-v", "error", "-f", "mov", "-i", str(whole), "-vf", "scale=1:1:flags=area", "-f", "rawvideo"]
    seen = subprocess.run([ffmpeg(), *args, "-pix_fmt", "rgb24", "-"], check=True, capture_output=True, timeout=60)
    assert len(seen.stdout) >= 3
    return [seen.stdout[at : at + 3] for at in range(0, len(seen.stdout), 3)]


async def test_the_film_next_door_would_be_noticed(tools: Tools, world: World) -> None:
    """The proof above would be worth nothing if it could not see."""
    world.bench.original.write_bytes(purple())

    fate = await preview(world.bench, tools)

    assert fate.end == EPISODE
    with pytest.raises(AssertionError):
        check_inside(world, fate)


async def test_ears_hear(ears: Ears) -> None:
    with socket.create_connection(ears.tcp.getsockname()), socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.sendto(b"x", ears.udp.getsockname())
        await asyncio.sleep(0.1)
        assert ears.heard()
        assert ears.heard()
        assert not ears.heard()


MEDIA = Path(os.environ.get("TEST_MEDIA", "/nonexistent"))


@pytest.mark.parametrize(
    "original", sorted(MEDIA.glob("bad/*")) or [None], ids=lambda path: getattr(path, "name", "none")
)
async def test_bad_footage_is_refused_and_leaves_nothing(
    tools: Tools, world: World, ears: Ears, original: Path | None
) -> None:
    if original is None:
        pytest.skip("TEST_MEDIA names no folder with footage")
    world.bench.original.write_bytes(original.read_bytes())
    before = world.rest()

    fate = await preview(world.bench, tools)

    assert fate.end != EPISODE
    check_words(fate)
    check_outside(world, before, ears)


async def test_a_playlist_gives_nothing_away_even_without_the_gate(tools: Tools, world: World, ears: Ears) -> None:
    """The demuxer is forced and the sandbox holds, whatever came through."""
    world.bench.original.write_bytes(f"ffconcat version 1.0\nfile '{world.traps.film}'\n".encode())
    args = ["-v", "error", "-safe", "0", "-f", "concat", "-i", "../in/original", "-frames:v", "1", "seen.png"]

    outcome = await tools.run_ffmpeg(args, world.bench.out, 30)

    assert outcome.code != 0
    assert "Permission denied" in outcome.last_words or "No such file" in outcome.last_words
    assert list(world.bench.out.iterdir()) == []
    assert not ears.heard()


def test_every_attack_is_the_same_each_time(tmp_path: Path) -> None:
    traps = Traps(secret=Path("/secret"), film=Path("/film"), port=9)
    by_hand: list[Attack] = [attack for attack in CORPUS if "playlist-not-video" in attack.ends]
    for name in ("a", "b"):
        for attack in by_hand:
            attack.write(tmp_path / f"{name} {attack.name}".replace("/", " "), traps)

    for attack in by_hand:
        first, second = ((tmp_path / f"{name} {attack.name}".replace("/", " ")).read_bytes() for name in ("a", "b"))
        assert first == second
