"""Every reason has three sentences: what happened, what is kept, what to do."""

import re
import string
from uuid import UUID

import msgspec
import pytest

from transcoder.contract import FAILURES, Rejected, TranscodeJob, failure

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


def test_a_job_is_one_identity() -> None:
    job = TranscodeJob(package=UUID("0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11"))

    assert msgspec.json.decode(job.encode(), type=TranscodeJob) == job
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"package":"0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11","more":1}', type=TranscodeJob)
