"""Who may read a package, which addresses are media, and what a player is told."""

from uuid import UUID

import msgspec
import pytest

from api.access.schemas import Account, Company, Role
from api.catalog.schemas import Poster
from api.playback import rules
from api.playback.schemas import SubtitleLink
from tests import builders
from transcoder.contract import Descriptor

PACKAGE = "0b9f2c1e-5f0a-4b7e-9a51-0c8d1e2f3a4b"
HIDDEN = rules.MediaRights(released=False, everywhere=True, seconds_left=None, company=7, jurors=[3])


def an_account(role: Role, number: int = 1, company: int | None = None) -> Account:
    of = None if company is None else Company(id=company, name="Company")
    return Account(id=number, email="a@b.example", name="A", role=role, company=of)


@pytest.mark.parametrize(
    ("account", "may"),
    [
        (None, False),
        (an_account("organiser"), True),
        (an_account("auditor"), False),
        (an_account("producer", company=7), True),
        (an_account("producer", company=8), False),
        (an_account("producer"), False),
        (an_account("juror", number=3), False),
        (an_account("juror", number=4, company=7), False),
    ],
)
def test_unreleased_package_as_it_is_stored_is_for_its_company_and_organisers(
    account: Account | None, may: bool
) -> None:
    assert rules.may_read(HIDDEN, account) is may


@pytest.mark.parametrize(
    ("account", "may"),
    [
        (None, False),
        (an_account("juror", number=3), True),
        (an_account("juror", number=4), False),
        (an_account("producer", number=3, company=7), False),
        (an_account("organiser", number=3), False),
    ],
)
def test_screener_is_for_the_jurors_of_its_shortlists(account: Account | None, may: bool) -> None:
    assert rules.may_screen(HIDDEN, account) is may


def released(*, everywhere: bool = True, seconds_left: float | None = None) -> rules.MediaRights:
    return rules.MediaRights(released=True, everywhere=everywhere, seconds_left=seconds_left, company=7, jurors=[])


def test_released_package_is_for_everyone() -> None:
    assert rules.may_read(released(), None)


@pytest.mark.parametrize(
    ("rights", "seconds"),
    [
        (HIDDEN, 0),
        (released(), 31_536_000),
        (released(seconds_left=90.9), 90),
        (released(seconds_left=0.4), 0),
        (released(seconds_left=40_000_000.0), 31_536_000),
        (released(everywhere=False), 0),
    ],
)
def test_caches_keep_a_file_no_longer_than_its_rights_last(rights: rules.MediaRights, seconds: int) -> None:
    assert rules.keeping_of(rights) == seconds


def test_what_may_not_be_kept_is_kept_nowhere() -> None:
    assert (rules.cache_of(0), rules.cache_of(90)) == ("private, no-store", "public, max-age=90, immutable")


@pytest.mark.parametrize(
    "name", ["3/master.m3u8", "v360/init.mp4", "a64-ru/000.m4s", "1/zh-Hans.vtt", "posters/a-card.avif"]
)
def test_media_path_gives_package_and_file(name: str) -> None:
    assert rules.read_media_path(f"{PACKAGE}/{name}") == (UUID(PACKAGE), name)


@pytest.mark.parametrize(
    "path",
    [
        "",
        PACKAGE,
        f"{PACKAGE}/",
        f"/{PACKAGE}/master.m3u8",
        f"{PACKAGE}//master.m3u8",
        f"{PACKAGE}/../{PACKAGE}/master.m3u8",
        f"{PACKAGE}/..",
        f"{PACKAGE}/v360/../master.m3u8",
        f"{PACKAGE}/v360/v540/000.m4s",
        f"{PACKAGE}/.hidden.mp4",
        f"{PACKAGE}/master",
        f"{PACKAGE}/master.m3u8/",
        f"{PACKAGE}/master.m3u8\n",
        f"{PACKAGE}/master.m3u8\x00",
        f"{PACKAGE}/MASTER.M3U8",
        f"{PACKAGE}/V360/init.mp4",
        f"{PACKAGE}\\master.m3u8",
        f"{PACKAGE}/{'a' * 41}.m4s",
        f"{PACKAGE.upper()}/master.m3u8",
        f"{PACKAGE[:-1]}/master.m3u8",
        "originals/0b9f2c1e-5f0a-4b7e-9a51-0c8d1e2f3a4b",
    ],
)
def test_anything_else_is_no_media_path(path: str) -> None:
    assert rules.read_media_path(path) is None


def test_stream_names_every_file_under_the_package() -> None:
    package = UUID(PACKAGE)
    descriptor = msgspec.convert(builders.descriptor(package), Descriptor, strict=False)
    base = f"/media/{PACKAGE}/"

    stream = rules.to_stream(package, descriptor)

    assert (stream.base, stream.master, stream.subtitles, stream.poster) == (
        base,
        f"{base}1/master.m3u8",
        [SubtitleLink(lang="en", url=f"{base}1/en.vtt")],
        Poster(avif=f"{base}posters/a.avif", webp=f"{base}posters/a.webp", jpg=f"{base}posters/a.jpg"),
    )


def test_stream_keeps_the_tracks_as_the_package_says_them() -> None:
    package = UUID(PACKAGE)
    descriptor = msgspec.convert(builders.descriptor(package), Descriptor, strict=False)

    stream = rules.to_stream(package, descriptor)

    assert (stream.video, stream.audio, stream.duration) == (descriptor.video, descriptor.audio, descriptor.duration)
