"""Which failures are worth another attempt, and what they are called when they are not."""

import errno

import pytest

from transcoder.bench import EncodeFailed, ScratchFull
from transcoder.contract import FAILURES, Rejected
from transcoder.package import Unfit
from transcoder.run import TooSlow
from transcoder.storage import ObjectMissing, StorageFull
from transcoder.verdict import judge


@pytest.mark.parametrize(
    ("error", "attempts", "code"),
    [
        (Rejected("not-vertical"), 1, "not-vertical"),
        (EncodeFailed("words"), 2, "encode-failed"),
        (Unfit("words"), 2, "encode-failed"),
        (TooSlow(), 2, "encode-too-slow"),
        (StorageFull(), 3, "storage-failed"),
        (ObjectMissing(), 3, "storage-failed"),
        (ScratchFull(), 3, "storage-failed"),
        (OSError(errno.EIO, "disk"), 3, "storage-failed"),
        (ValueError("a mistake of ours"), 3, "worker-lost"),
    ],
)
def test_attempts_until_a_job_is_given_up(error: Exception, attempts: int, code: str) -> None:
    verdicts = [judge(error, attempt).rejected for attempt in range(1, attempts + 1)]

    assert verdicts[:-1] == [None] * (attempts - 1)
    assert verdicts[-1] is not None
    assert verdicts[-1].code == code
    assert code in FAILURES


def test_only_a_file_at_fault_is_hopeless_for_all_tiers() -> None:
    assert judge(Rejected("not-vertical"), 1).hopeless
    assert not judge(EncodeFailed("words"), 2).hopeless
