from pathlib import Path

import pytest

from tests.transcoder.media import ffmpeg
from transcoder.pipeline import Tools, find_tools


@pytest.fixture(scope="session")
async def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return await find_tools(ffmpeg(), tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]
