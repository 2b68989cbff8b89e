"""How many rows a statement reads, as PostgreSQL counts them while it runs it. Nothing here is timed."""

import json
from typing import Any

from api.db import Connection


def literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case list():
            return f"ARRAY[{', '.join(map(str, value))}]::bigint[]"
        case int():
            return str(value)
    text = str(value).replace("'", "''")
    return f"'{text}'"


async def rows_read(db: Connection, sql: str, *values: object) -> int:
    """As many as all scans of the statement touched, those that a filter threw away too."""
    for position, value in reversed(list(enumerate(values, start=1))):
        sql = sql.replace(f"${position}", literal(value))
    explained = await db.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
    [plan] = explained if isinstance(explained, list) else json.loads(explained)
    return _touched(plan["Plan"])


def _touched(node: dict[str, Any]) -> int:
    below = sum(_touched(each) for each in node.get("Plans", []))
    if "Scan" not in node["Node Type"] or node["Node Type"] in ("CTE Scan", "Subquery Scan", "Function Scan"):
        return below
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int(below + round((node["Actual Rows"] + removed) * node["Actual Loops"]))
