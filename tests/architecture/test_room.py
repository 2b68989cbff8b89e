"""A server takes more connections than may stream or wait in it: who is too many is refused and not left hanging."""

import re
from pathlib import Path

import pytest

from api.demo import _api_command
from api.embedded import ROOM
from api.hub import STREAM_LIMIT
from api.voting.batcher import WAITING_LIMIT

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"


def started_in_the_image() -> list[str]:
    [command] = re.findall(r'^CMD \["(.*)"\]$', DOCKERFILE.read_text(), re.MULTILINE)
    words: list[str] = command.split('", "')
    return words


@pytest.mark.parametrize(
    "command", [_api_command(8000), started_in_the_image(), [*ROOM]], ids=["demo", "image", "benches"]
)
def test_connections_do_not_run_out_before_refusals_begin(command: list[str]) -> None:
    room = int(command[command.index("--backpressure") + 1])

    assert room >= 2 * (STREAM_LIMIT + WAITING_LIMIT)
