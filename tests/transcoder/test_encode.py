"""What is heard of an encoder while it works."""

import pytest

from transcoder.contract import Rejected
from transcoder.encode import Watch, seconds_left

FAULT = "[h264 @ 0x5581] [error] error while decoding MB 3 7, bytestream -5"


def a_watch(told: list[tuple[float, int | None]] | None = None) -> Watch:
    heard = [] if told is None else told
    return Watch(20.0, lambda share, left: heard.append((share, left)))


def test_progress_is_a_share_of_the_film() -> None:
    told: list[tuple[float, int | None]] = []
    watch = a_watch(told)
    for line in ("frame=1", "out_time_us=N/A", "out_time_us=5000000", "out_time_us=99000000", "progress=end"):
        watch.on_output(line)

    assert [share for share, _ in told] == [0.25, 1.0]
    assert watch.seconds == 99.0


@pytest.mark.parametrize(
    ("share", "elapsed", "left"), [(0.0, 3, None), (0.02, 3, None), (0.25, 10, 30), (0.5, 60, 60), (1.0, 60, 0)]
)
def test_the_time_left_is_estimated_once_there_is_something_to_go_by(
    share: float, elapsed: float, left: int | None
) -> None:
    assert seconds_left(share, elapsed) == left


def test_a_fault_or_two_are_forgiven_but_a_hole_is_not() -> None:
    watch = a_watch()
    watch.on_output("out_time_us=7000000")
    for _ in range(3):
        watch.on_complaint(FAULT)
    watch.on_complaint("[mov @ 0x1] [warning] Detected creation time before 1970")
    with pytest.raises(Rejected) as refused:
        watch.on_complaint(FAULT)

    assert refused.value.code == "damaged-file"
    assert refused.value.params == {"at": "0:07"}
