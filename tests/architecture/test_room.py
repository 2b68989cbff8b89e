"""A server takes more connections than may stream or wait in it: who is too many is refused and not left hanging."""

import re
from pathlib import Path

import pytest

from api.demo import _api_command
from api.embedded import ROOM
from api.hub import STREAM_LIMIT
from api.serve import BACKPRESSURE
from api.voting.batcher import WAITING_LIMIT

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"


def test_image_is_started_as_a_festival_is() -> None:
    assert re.search(r'^CMD \["python", "-m", "api.serve", ', DOCKERFILE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    "command", [_api_command(8000), ["--backpressure", str(BACKPRESSURE)], [*ROOM]], ids=["demo", "served", "benches"]
)
def test_connections_do_not_run_out_before_refusals_begin(command: list[str]) -> None:
    room = int(command[command.index("--backpressure") + 1])

    assert room >= 2 * (STREAM_LIMIT + WAITING_LIMIT)
