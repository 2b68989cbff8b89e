"""Subtitles come in three kinds and go out as one: times and words, nothing a player could stumble over."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api import errors
from api.db import Connection
from api.studio import rules
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
BLOCK = re.compile(r"\d{2,}:\d\d:\d\d\.\d{3} --> \d{2,}:\d\d:\d\d\.\d{3}(\n[^\n]+)+")


def srt(text: str) -> str:
    return f"1\n00:00:01,000 --> 00:00:02,500\n{text}\n"


def vtt(text: str) -> str:
    return f"WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n{text}\n"


def ass(text: str, kind: str = "Dialogue") -> str:
    return f"{ASS}{kind}: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{text}\n"


@pytest.mark.parametrize("source", [srt("Hello"), vtt("Hello"), ass("Hello")], ids=["srt", "vtt", "ass"])
def test_each_kind_becomes_the_same_webvtt(source: str) -> None:
    assert rules.to_vtt(source) == vtt("Hello")


@pytest.mark.parametrize(
    "source",
    [
        "\ufeff" + srt("One\nTwo"),
        srt("One\nTwo").replace("\n", "\r\n"),
        srt("One\nTwo").replace("\n", "\r"),
        "\n\n" + srt("One\nTwo") + "\n\n\n",
        srt("One\n\nTwo"),
        srt("  One  \n\tTwo"),
        vtt("One\nTwo").replace("WEBVTT", "WEBVTT - a title\n\nNOTE a note\n\nSTYLE\n::cue { color: red }"),
        vtt("One\nTwo").replace("02.500", "02.500 align:start line:0"),
        ass("One\\NTwo"),
        ass("One\\nTwo"),
    ],
)
def test_ways_of_writing_do_not_matter(source: str) -> None:
    assert rules.to_vtt(source) == vtt("One\nTwo")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (srt("<b>bold</b> and <font color=red>red</font>"), "bold and red"),
        (srt("{\\an8}at the top"), "at the top"),
        (vtt("<v Aigul>Hello <c.loud>there</c>"), "Hello there"),
        (vtt("one <00:00:02.000>two"), "one two"),
        (ass("{\\pos(1,2)\\fad(1,1)}placed"), "placed"),
        (srt("<script>alert(1)</script>"), "alert(1)"),
        (srt("<<b>script>alert(1)<</b>/script>"), "alert(1)"),
        (srt("Tom & Jerry"), "Tom &amp; Jerry"),
        (vtt("Tom &amp; Jerry"), "Tom &amp; Jerry"),
        (vtt("&lt;sigh&gt;"), "&lt;sigh>"),
        (srt("a < b"), "a &lt; b"),
        (srt("a --> b"), "a → b"),
        (vtt("a --&gt; b"), "a → b"),
        (srt("a -<i>-></i> b"), "a → b"),
        (srt("a -\x00-> b"), "a → b"),
        (srt("bell\x07 and null\x00"), "bell and null"),
        (srt("Последний троллейбус 末班车 🎬"), "Последний троллейбус 末班车 🎬"),
    ],
)
def test_words_stay_and_markup_goes(source: str, text: str) -> None:
    assert rules.to_vtt(source) == vtt(text)


def test_cues_come_in_order_of_time() -> None:
    late, early = "00:00:09,000 --> 00:00:10,000\nlate", "00:00:01,000 --> 00:00:02,500\nearly"

    found = rules.to_vtt(f"1\n{late}\n\n2\n{early}\n")

    assert found == f"{vtt('early')}\n00:00:09.000 --> 00:00:10.000\nlate\n"


def test_cue_past_an_hour_keeps_its_time() -> None:
    assert rules.to_vtt("1\n01:02:03,004 --> 01:02:04,000\nx\n") == "WEBVTT\n\n01:02:03.004 --> 01:02:04.000\nx\n"


@pytest.mark.parametrize("nothing", [ass("a translator's note", "Comment"), ass("{\\p1}m 0 0 l 100 0 100 100{\\p0}")])
def test_what_is_not_spoken_is_not_shown(nothing: str) -> None:
    spoken = nothing + "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,Hello\n"

    assert rules.to_vtt(spoken) == vtt("Hello")


def test_cues_beyond_three_thousand_are_left_out() -> None:
    cues = [
        f"{n}\n00:{n // 60:02d}:{n % 60:02d},000 --> 00:{n // 60:02d}:{n % 60:02d},900\nx{n}\n" for n in range(3200)
    ]

    assert rules.to_vtt("\n".join(cues)).count("-->") == 3000


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n\n ",
        "Just some words.",
        "WEBVTT\n",
        "1\n00:00:01,000 --> 00:00:02,500\n",
        srt("<i></i>"),
        srt("x").replace("02,500", "01,000"),
        srt("x").replace("02,500", "00,500"),
        "{1}{1}25\n{25}{50}Hello\n",
        "[10][20] Hello\n",
        '{"info": {"pysubs2": 1}, "styles": {}, "events": [{"start": "a", "end": 1000, "text": "x"}]}',
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">x</p></div></body></tt>',
        "<SAMI><BODY><SYNC Start=1000><P>Hello<SYNC Start=2000><P>&nbsp;</BODY></SAMI>",
        "\x89PNG\r\n\x1a\n",
        "[Script Info]\n[Events]\nFormat: Start\nDialogue: 0:00:01.00\n",
    ],
)
def test_what_holds_no_timed_line_of_a_known_kind_is_refused(source: str) -> None:
    with pytest.raises(errors.SubtitleUnreadable):
        rules.to_vtt(source)


PIECES = st.sampled_from(
    ["WEBVTT", "1", "00:00:01,000 --> 00:00:02,000", "00:01.000 --> 00:02.000", "-->", "--&gt;", "<", ">", "&", "&lt;",
     "&#10;", "{\\p1}", "\n", "\n\n", "\r", "\x00", "\ufeff", "NOTE", "STYLE", "x", " ", ASS, "Dialogue: ", "0,", "\\N", "é"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
@example(srt("a&#10;&#10;b --&gt; c"))
def test_whatever_is_sent_becomes_well_formed_or_is_refused(source: str) -> None:
    try:
        found = rules.to_vtt(source)
    except errors.SubtitleUnreadable:
        return

    head, *blocks = found.removesuffix("\n").split("\n\n")
    assert (head, [block for block in blocks if not BLOCK.fullmatch(block) or block.count("-->") != 1]) == (
        "WEBVTT",
        [],
    )
    assert "<" not in found


async def an_episode(rows: Connection, company: int, state: str | None = None) -> int:
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    if state is not None:
        await builders.a_package(rows, episode, state=state)
    return episode


async def stored(rows: Connection, episode: int) -> dict[str, str]:
    found = await rows.fetch("SELECT lang, vtt FROM subtitle WHERE episode_id = $1", episode)
    return {row["lang"]: row["vtt"] for row in found}


async def packages(rows: Connection, episode: int) -> list[tuple[str, str | None]]:
    found = await rows.fetch(
        "SELECT state, failure_code FROM package WHERE episode_id = $1 ORDER BY created_at", episode
    )
    return [(row["state"], row["failure_code"]) for row in found]


async def send(house: House, company: int, episode: int, lang: str = "en", text: Any = None) -> Any:
    producer = await house.signed_in("producer", company)
    body = {"text": srt("Hello") if text is None else text}
    return await producer.put(f"/api/studio/episodes/{episode}/subtitles/{lang}", json=body)


async def test_subtitle_is_stored_as_webvtt_and_shown_with_the_episode(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)

    answer = await send(house, company, episode)

    assert (answer.status_code, answer.json()["subtitles"], await stored(rows, episode)) == (
        200,
        ["en"],
        {"en": vtt("Hello")},
    )


async def test_newer_subtitle_takes_the_place_of_the_older(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)
    await send(house, company, episode)
    await send(house, company, episode, "ru", srt("Привет"))

    await send(house, company, episode, "en", srt("Good evening"))

    assert await stored(rows, episode) == {"en": vtt("Good evening"), "ru": vtt("Привет")}


async def test_unreadable_subtitle_leaves_the_earlier_one(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)
    await send(house, company, episode)

    answer = await send(house, company, episode, "en", "Just some words.")

    assert (code_of(answer), await stored(rows, episode)) == ((422, "subtitle-unreadable"), {"en": vtt("Hello")})


@pytest.mark.parametrize("lang", ["english", "EN", "e", "en-GB", "e1"])
async def test_unknown_name_of_a_language_is_refused(house: House, rows: Connection, lang: str) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)

    answer = await send(house, company, episode, lang)

    assert (code_of(answer), await stored(rows, episode)) == ((422, "invalid-value"), {})


async def test_subtitle_of_400_thousand_signs_is_taken(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)
    text = srt("я" * 399_900)

    answer = await send(house, company, episode, "ru", text)

    assert answer.status_code == 200


async def test_longer_subtitle_is_refused(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)

    answer = await send(house, company, episode, "ru", srt("x" * 400_000))

    assert (code_of(answer), await stored(rows, episode)) == ((400, "bad-request"), {})


async def test_body_over_two_mebibytes_is_too_large(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company)

    answer = await send(house, company, episode, "ru", "x" * (2 * 1024 * 1024))

    assert (code_of(answer), await stored(rows, episode)) == ((413, "too-large"), {})


async def test_subtitle_of_another_companys_episode_is_not_found(house: House, rows: Connection) -> None:
    episode = await an_episode(rows, await builders.a_company(rows))

    answer = await send(house, await builders.a_company(rows), episode)

    assert (code_of(answer), await stored(rows, episode)) == ((404, "not-found"), {})


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (None, []),
        ("failed", [("failed", "damaged-file")]),
        ("queued", [("queued", None)]),
        ("encoding", [("encoding", None)]),
        ("ready", [("ready", None)]),
    ],
)
async def test_new_words_never_cost_a_new_encode(
    house: House, rows: Connection, state: str | None, after: list[tuple[str, str | None]]
) -> None:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company, state)

    await send(house, company, episode)

    assert await packages(rows, episode) == after
