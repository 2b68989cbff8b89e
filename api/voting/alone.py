"""Who reads much of the ledger does so alone: one transaction in the whole house, on one processor, in memory.

Recounts, sealings, publications and checks for fraud scan and sort hundreds of thousands of lines. Two of them at once
leave votes no processor, and what spills to the disk keeps their COMMIT waiting. Votes themselves never ask here.
"""

from api.db import Connection
from api.voting.queries import Q

#: Seconds to wait for others, who each take a few.
PATIENCE = 60.0


async def try_alone(tx: Connection) -> bool:
    """True where nobody else reads much now; then nobody does until the transaction ends."""
    return bool(await tx.fetchval(Q["try_alone"]))


async def alone(tx: Connection) -> None:
    """Wait for one's turn; held until the transaction ends. Raises LockNotAvailableError after PATIENCE."""
    others = await tx.fetchval(Q["prepare_alone"], f"{PATIENCE:.0f}s")
    await tx.execute(Q["alone"], others, timeout=PATIENCE + 1)
