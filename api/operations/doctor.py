"""`python -m api.cli doctor`: what is wrong on this machine, and how to mend it. Reads; what it writes it deletes."""

import asyncio
from collections.abc import Mapping

from api.operations.findings import Finding
from api.operations.machine import (
    check_files,
    check_fonts,
    check_python,
    check_secrets,
    check_settings,
    check_space,
    check_worker,
)
from api.operations.servers import (
    check_backups,
    check_database,
    check_mail,
    check_public,
    check_redis,
    check_storage,
)


async def examine(env: Mapping[str, str]) -> list[Finding]:
    """Everything, the servers side by side; bounded by the limits of each."""
    asked = await asyncio.gather(
        check_database(env), check_redis(env), check_storage(env), check_public(env), check_worker(env)
    )
    here = [check_python(), *check_settings(env), *check_space(env), *check_secrets(), check_files(), check_fonts()]
    return [*here, *(finding for each in asked for finding in each), await check_mail(env), *check_backups(env)]
