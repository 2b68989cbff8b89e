"""The statements of queries.sql, read once for the modules of this domain."""

from pathlib import Path

from api.db import read_queries

Q = read_queries(Path(__file__).parent)
