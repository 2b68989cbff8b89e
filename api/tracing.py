"""Spans of requests, where a deployment collects them (OTEL_EXPORTER_OTLP_ENDPOINT); else nothing is made.

What a client says of traces is not believed: it could join or fill those of others.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind

from api.errors import SettingsError

COLLECTOR: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACER: Final = trace.get_tracer("tallscreen.api")
_LAST_WORDS_MS: Final = 2_000


@contextmanager
def request_span(request_id: str) -> Iterator[Span]:
    with TRACER.start_as_current_span(
        "request",
        context=Context(),
        kind=SpanKind.SERVER,
        attributes={"tallscreen.request_id": request_id},
        record_exception=False,  # its words may hold what somebody sent
        set_status_on_exception=False,
    ) as span:
        yield span


def trace_of(span: Span) -> dict[str, str]:
    """For the log: the id of the trace, nothing where nobody collects any."""
    context = span.get_span_context()
    return {"trace_id": trace.format_trace_id(context.trace_id)} if context.is_valid else {}


def describe(span: Span, method: str, route: str, status: int) -> None:
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})


def collect() -> None:
    """Send spans to the collector the environment names; nothing where it names none."""
    if not os.environ.get(COLLECTOR):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(f"{COLLECTOR} is set, and what sends is missing: pip install tallscreen[traces]") from error
    provider = TracerProvider(resource=Resource.create({"service.name": "tallscreen-api"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def send_rest() -> None:
    """What has not been sent yet, when the process ends."""
    provider: Any = trace.get_tracer_provider()
    if hasattr(provider, "force_flush"):
        provider.force_flush(_LAST_WORDS_MS)
