"""The statements of this domain, read once for its modules."""

from pathlib import Path

from api.db import read_queries

Q = read_queries(Path(__file__).parent)
ABOUT = read_queries(Path(__file__).parent, "about.sql")
SUBMISSION = read_queries(Path(__file__).parent, "submission.sql")
