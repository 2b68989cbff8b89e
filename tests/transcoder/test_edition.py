"""What tiers add to a package, one edition after the other."""

import re
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.transcoder.test_package import RUNG, SOUND, TALL
from transcoder.contract import Decision, Descriptor, SubtitleTrack
from transcoder.edition import Addition, Film, Subtitle, compose, digests, write_edition
from transcoder.package import Track, Unfit, master_playlist

PACKAGE = UUID("0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11")
ENGLISH = Subtitle(lang="en", vtt="WEBVTT\n")
FILM = Film(
    duration=3.5,
    fps=24.0,
    width=720,
    height=1280,
    thumbhash="aGFzaA==",
    audio=[SOUND.as_audio("en")],
    posters=[],
    sprite=None,
    loudness=None,
)


def named(track: Track, name: str, width: int) -> Track:
    return msgspec.structs.replace(track, name=name, width=width)


def adding(*tracks: Track, film: Film | None = None, replaced: tuple[str, ...] = ()) -> Addition:
    return Addition(
        video=[track.as_video() for track in tracks],
        peaks={track.name: track.peak for track in tracks} | ({"a64": SOUND.peak} if film else {}),
        files={f"{track.name}/init.mp4": "0" * 64 for track in tracks} | ({"a64/init.mp4": "1" * 64} if film else {}),
        decisions=[Decision(rung=track.name, preset="fast", crf=25, cap=1) for track in tracks],
        film=film,
        replaced=list(replaced),
    )


LADDER = adding(named(RUNG, "v540", 540), RUNG, film=FILM)


def first() -> Descriptor:
    return compose(None, LADDER, PACKAGE, 1, [ENGLISH])


def test_the_first_edition_is_the_ladder() -> None:
    descriptor = first()

    assert (descriptor.package, descriptor.edition, descriptor.master) == (PACKAGE, 1, "1/master.m3u8")
    assert [track.name for track in descriptor.video] == ["v360", "v540"]
    assert descriptor.subtitles == [SubtitleTrack(lang="en", path="1/en.vtt")]
    assert descriptor.audio == FILM.audio
    assert list(descriptor.files) == ["a64/init.mp4", "v360/init.mp4", "v540/init.mp4"]


def test_without_a_film_there_is_no_first_edition() -> None:
    for addition in (None, adding(TALL)):
        with pytest.raises(Unfit):
            compose(None, addition, PACKAGE, 1, [])


def test_av1_comes_after_all_that_every_player_has() -> None:
    descriptor = compose(first(), adding(TALL), PACKAGE, 2, [ENGLISH])

    assert [track.name for track in descriptor.video] == ["v360", "v540", "av1-540"]
    assert descriptor.peaks.keys() == {"v360", "v540", "av1-540", "a64"}
    assert {decision.rung for decision in descriptor.decisions} == {"v360", "v540", "av1-540"}
    assert descriptor.subtitles[0].path == "2/en.vtt"


def test_the_slower_pass_takes_the_place_of_the_first_one() -> None:
    before = compose(first(), adding(TALL), PACKAGE, 2, [])
    slower = adding(named(RUNG, "v360s", 360), named(RUNG, "v540s", 540), replaced=("v360", "v540"))
    descriptor = compose(before, slower, PACKAGE, 3, [])

    assert [track.name for track in descriptor.video] == ["v360s", "v540s", "av1-540"]
    assert descriptor.peaks.keys() == {"v360s", "v540s", "av1-540", "a64"}
    assert {decision.rung for decision in descriptor.decisions} == {"v360s", "v540s", "av1-540"}
    assert list(descriptor.files) == ["a64/init.mp4", "av1-540/init.mp4", "v360s/init.mp4", "v540s/init.mp4"]


def test_subtitles_may_be_all_that_changes() -> None:
    descriptor = compose(first(), None, PACKAGE, 2, [Subtitle(lang="fa", vtt="WEBVTT\n")])

    assert descriptor.video == first().video
    assert descriptor.subtitles == [SubtitleTrack(lang="fa", path="2/fa.vtt")]


def dubbed(lang: str, name: str) -> Addition:
    track = msgspec.structs.replace(SOUND, name=name)
    return Addition(
        video=[], peaks={name: 9}, files={f"{name}/init.mp4": "2" * 64}, sounds=[track.as_audio(lang, dub=True)]
    )


def test_dubs_come_after_the_films_own_sound_and_go_when_they_are_not_wanted() -> None:
    one = compose(first(), dubbed("ru", "a64-ru-1"), PACKAGE, 2, [], dubs=["a64-ru-1", "a64-be-1"])
    two = compose(one, dubbed("be", "a64-be-1"), PACKAGE, 3, [], dubs=["a64-ru-1", "a64-be-1"])
    three = compose(two, dubbed("ru", "a64-ru-2"), PACKAGE, 4, [], dubs=["a64-ru-2"])

    assert [[track.name for track in made.audio] for made in (one, two, three)] == [
        ["a64", "a64-ru-1"],
        ["a64", "a64-be-1", "a64-ru-1"],
        ["a64", "a64-ru-2"],
    ]
    assert one.video == two.video == three.video == first().video
    assert three.peaks.keys() == {"v360", "v540", "a64", "a64-ru-2"}
    assert [path for path in three.files if path.startswith("a64-")] == ["a64-ru-2/init.mp4"]


def test_a_dub_in_a_language_the_film_speaks_has_a_name_of_its_own() -> None:
    made = compose(first(), dubbed("en", "a64-en-1"), PACKAGE, 2, [], dubs=["a64-en-1"])

    names = re.findall(r'TYPE=AUDIO,GROUP-ID="sound",NAME="([^"]+)"', master_playlist(made))
    assert names == ["en", "a64-en-1"]


def test_an_edition_lies_in_a_folder_of_its_own(tmp_path: Path) -> None:
    written = write_edition(tmp_path, first(), [ENGLISH])
    again = write_edition(tmp_path, compose(written, None, PACKAGE, 2, []), [])

    assert {path.name for path in (tmp_path / "1").iterdir()} == {"master.m3u8", "en.vtt", "en.m3u8", "package.json"}
    assert {path.name for path in (tmp_path / "2").iterdir()} == {"master.m3u8", "package.json"}
    assert msgspec.json.decode((tmp_path / "1/package.json").read_bytes(), type=Descriptor) == written
    assert written.files.keys() - first().files.keys() == {"1/master.m3u8", "1/en.vtt", "1/en.m3u8"}
    assert again.files.keys() - first().files.keys() == {"2/master.m3u8"}
    assert written.files["1/en.vtt"] == digests(tmp_path, tmp_path / "1")["1/en.vtt"]


def test_a_language_cannot_be_a_way_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(Unfit):
        write_edition(tmp_path, first(), [Subtitle(lang="../en", vtt="")])
