"""Every reason has three sentences: what happened, what is kept, what to do."""

import re
import string
from uuid import UUID

import msgspec
import pytest

from transcoder.contract import FAILURES, Rejected, Tier, TranscodeJob, failure, priority

JARGON = re.compile(r"\b(codec|demux|package|rung|worker|transcod|ffmpeg|moov|checksum|token|encod)", re.IGNORECASE)


@pytest.mark.parametrize("code", FAILURES)
def test_every_code_is_three_plain_sentences(code: str) -> None:
    names = {name for sentence in FAILURES[code] for _, name, _, _ in string.Formatter().parse(sentence) if name}
    detail = Rejected(code, **dict.fromkeys(names, "12")).detail

    told = failure(code, detail)

    assert (told.code, len(set(FAILURES[code]))) == (code, 3)
    for sentence in (told.happened, told.kept, told.next):
        assert re.fullmatch(r"[A-Z“].*[.”]", sentence)
        assert not JARGON.search(sentence)
        assert "!" not in sentence
        assert "{" not in sentence


def test_values_that_were_not_kept_do_not_break_the_sentence() -> None:
    assert failure("too-long").happened == "This file lasts unknown. An episode may last 10 minutes at most."


def test_a_code_from_a_newer_version_still_says_something() -> None:
    assert failure("struck-by-lightning").code == "encode-failed"


def test_a_job_is_one_tier_of_one_package() -> None:
    job = TranscodeJob(package=UUID("0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11"), tier="ladder")

    assert msgspec.json.decode(job.encode(), type=TranscodeJob) == job
    assert job.key == "0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11:ladder"
    for wrong in (b'{"package":"%s","tier":"ladder","more":1}', b'{"package":"%s","tier":"all"}', b'{"package":"%s"}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(wrong % str(job.package).encode(), type=TranscodeJob)


def test_a_whole_class_of_work_goes_before_the_next_whatever_the_turn() -> None:
    order: list[Tier] = ["start", "edition", "ladder", "av1", "refine"]

    assert sorted(order, key=lambda tier: -priority(tier, 300_000_000)) == order
    assert priority("av1", 300_000_000) < priority("ladder", 399_999_999) < priority("ladder", 7)
