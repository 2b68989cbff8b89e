"""What a worker measures: numbers for Prometheus on a port of its own, and spans where a deployment collects them.

Labels have few values and name nobody; spans hold what went wrong as the name of its kind, never its words.
"""

import functools
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Any, Final, Literal, ParamSpec, TypeVar, get_args

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from transcoder.contract import Tier, TranscodeJob
from transcoder.run import Outcome
from transcoder.settings import SettingsError

P = ParamSpec("P")
T = TypeVar("T")
Stage = Literal["fetch", "verify", "look", "preview", "study", "search", "encode", "stills", "sounds", "publish"]
#: Set: where spans go, as OpenTelemetry's own settings have it.
COLLECTOR: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACER: Final = trace.get_tracer("tallscreen.transcoder")
STEP_SECONDS = Histogram(
    "tallscreen_step_seconds",
    "Time of one step of encoding",
    ["tier", "outcome"],
    buckets=(5, 15, 60, 180, 300, 600, 1800, 3600),
)
STAGE_SECONDS = Histogram(
    "tallscreen_stage_seconds",
    "Time of one part of a step",
    ["tier", "stage"],
    buckets=(0.5, 2, 10, 30, 120, 600, 1800),
)
PROGRAM_SECONDS = Histogram(
    "tallscreen_program_seconds",
    "Time of one confined program",
    ["program", "outcome"],
    buckets=(0.2, 1, 5, 30, 120, 600, 1800),
)
STEPS_FAILED = Counter("tallscreen_steps_failed_total", "Steps given up, by why", ["tier", "code"])
STEPS_AGAIN = Counter("tallscreen_steps_again_total", "Steps that are tried again", ["tier"])
SANDBOX = Gauge("tallscreen_sandbox", "What confines the programs that open uploads", ["kind"])
SCRATCH_FREE = Gauge("tallscreen_scratch_free_bytes", "Room left where episodes are encoded")
for _name in get_args(Tier):  # a series that begins with its first failure hides it from `rate`
    STEPS_AGAIN.labels(_name)
_tier: ContextVar[str] = ContextVar("tier", default="none")


@contextmanager
def _span(name: str, job: TranscodeJob | None = None) -> Iterator[Span]:
    """As a part of what is being done, or of the trace that asked for this job."""
    context, kind = (None, SpanKind.INTERNAL) if job is None else (job.context(), SpanKind.CONSUMER)
    with TRACER.start_as_current_span(
        name, context=context, kind=kind, record_exception=False, set_status_on_exception=False
    ) as span:
        ended = False
        try:
            yield span
            ended = True
        finally:
            error = sys.exc_info()[0]
            if not ended and error is not None:
                span.set_status(StatusCode.ERROR, error.__name__)


@contextmanager
def job_of(job: TranscodeJob) -> Iterator[str | None]:
    """All that is done about a job; gives the id of its trace, None where nobody collects any."""
    _tier.set(job.tier)
    with _span(f"step {job.tier}", job) as span:
        span.set_attributes({"tallscreen.tier": job.tier, "tallscreen.package": str(job.package)})
        context = span.get_span_context()
        yield trace.format_trace_id(context.trace_id) if context.is_valid else None


@contextmanager
def step(tier: Tier, left: tuple[type[Exception], ...]) -> Iterator[None]:
    """One attempt. What raises one of `left` has not failed."""
    started, outcome = perf_counter(), "failed"
    try:
        yield
        outcome = "done"
    except left:
        outcome = "left"
        raise
    finally:
        STEP_SECONDS.labels(tier, outcome).observe(perf_counter() - started)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    with _span(name), STAGE_SECONDS.labels(_tier.get(), name).time():
        yield


def staged(name: Stage) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """Each call of the function is that stage."""

    def decorate(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @functools.wraps(work)
        async def measured(*args: P.args, **kwargs: P.kwargs) -> T:
            with stage(name):
                return await work(*args, **kwargs)

        return measured

    return decorate


async def program(name: str, running: Awaitable[Outcome]) -> Outcome:
    """One run of ffmpeg or of a child of ours."""
    started, ended = perf_counter(), "stopped"
    with _span(name) as span:
        try:
            outcome = await running
            ended = "failed" if outcome.code else "done"
            span.set_attribute("process.exit.code", outcome.code)
        finally:
            PROGRAM_SECONDS.labels(name, ended).observe(perf_counter() - started)
    return outcome


@contextmanager
def listening(address: str | None) -> Iterator[None]:
    """Prometheus is answered at "host:port"; SettingsError where that cannot be had. None: nobody is answered."""
    if address is None:
        yield
        return
    host, _, port = address.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"))
    except OSError as error:
        raise SettingsError(f"TALLSCREEN_METRICS_LISTEN: nobody can listen at {address}: {error.strerror}.") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def collect_traces() -> None:
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
    provider = TracerProvider(resource=Resource.create({"service.name": "tallscreen-transcoder"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
