import pytest

from tests.transcoder.media import ffmpeg
from transcoder.pipeline import Tools, find_tools
from transcoder.sandbox import find_sandbox


@pytest.fixture(scope="session")
async def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    """In the best sandbox there is here; hostile files are never tried without one."""
    folder = tmp_path_factory.mktemp("tools")
    return await find_tools(ffmpeg(), folder, await find_sandbox(folder, allow_none=False))
