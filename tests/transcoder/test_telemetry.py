"""What a worker measures of itself, and how it says that it cannot."""

import contextlib
import socket
import urllib.request
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from transcoder.contract import TranscodeJob
from transcoder.run import Outcome
from transcoder.settings import SettingsError
from transcoder.telemetry import collect_traces, listening, program, stage, step


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Left(Exception):
    pass


@pytest.mark.parametrize(("error", "outcome"), [(None, "done"), (Left(), "left"), (ValueError(), "failed")])
def test_step_is_counted_by_how_it_ended(error: Exception | None, outcome: str) -> None:
    before = counted("tallscreen_step_seconds_count", tier="av1", outcome=outcome)

    with contextlib.suppress(Left, ValueError), step("av1", left=(Left,)):
        if error is not None:
            raise error

    assert counted("tallscreen_step_seconds_count", tier="av1", outcome=outcome) == before + 1


@pytest.mark.parametrize(("code", "outcome"), [(0, "done"), (1, "failed"), (-9, "failed")])
async def test_program_is_counted_by_how_it_ended(code: int, outcome: str) -> None:
    before = counted("tallscreen_program_seconds_count", program="ffmpeg", outcome=outcome)

    async def running() -> Outcome:
        return Outcome(code=code, output="", last_words="")

    assert (await program("ffmpeg", running())).code == code
    assert counted("tallscreen_program_seconds_count", program="ffmpeg", outcome=outcome) == before + 1


async def test_program_that_is_given_up_is_counted_too() -> None:
    before = counted("tallscreen_program_seconds_count", program="ffmpeg", outcome="stopped")

    async def running() -> Outcome:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await program("ffmpeg", running())
    assert counted("tallscreen_program_seconds_count", program="ffmpeg", outcome="stopped") == before + 1


def test_prometheus_is_answered_until_the_end() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    with listening(address), stage("look"):
        told = urllib.request.urlopen(f"http://{address}/metrics", timeout=10).read()

    assert b"tallscreen_stage_seconds" in told
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://{address}/metrics", timeout=10)


def test_taken_address_stops_the_start_with_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(SettingsError, match="nobody can listen at"),
            listening(f"127.0.0.1:{taken.getsockname()[1]}"),
        ):
            pass


def test_without_traces_a_job_is_what_it_was_to_workers_of_the_version_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    collect_traces()

    job = TranscodeJob(package=UUID("0b9f2c1e-5f0a-4b7e-9a51-0c8d1e2f3a4b"), tier="ladder")

    assert job.encode() == b'{"package":"0b9f2c1e-5f0a-4b7e-9a51-0c8d1e2f3a4b","tier":"ladder"}'
