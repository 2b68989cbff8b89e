"""Structured logs: one JSON line per event on standard output. No addresses, tokens, signed URLs or e-mails go in."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger


def _without_messages(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Nor the messages of exceptions: a database quotes the row it refuses. Type and place say enough."""
    for part in event.get("exception", ()):
        part.pop("exc_value", None)
        part.pop("exc_notes", None)
    return event


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            # Never the values of local variables: a traceback must not carry settings, tokens or what people sent.
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            _without_messages,
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
