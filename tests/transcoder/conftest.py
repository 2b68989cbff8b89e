from pathlib import Path

import pytest

from tests.transcoder.media import ffmpeg
from transcoder.pipeline import Tools, find_tools
from transcoder.sandbox import find_sandbox


@pytest.fixture(scope="session")
async def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    folder = tmp_path_factory.mktemp("tools")
    return await find_tools(ffmpeg(), folder, await find_sandbox(folder, allow_none=True))


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]
