"""Figures for Prometheus, `GET /metrics`, and spans for OpenTelemetry, without a word of any question.

In: requests, answers, refusals and the index that serves. Out: the text format of Prometheus. Every label has few
values. Where `waymark serve` has several workers, these keep their figures in the folder PROMETHEUS_MULTIPROC_DIR, so
that whichever is asked tells those of all.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from opentelemetry.trace import get_tracer
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from api.formats.errors import AssistantUnavailable
from qa import Answer, Assistant
from qa.records.recording import Recorder

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is imported
STEP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # upper bounds of the histogram


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        """Begin to count from zero, or beside the other workers."""
        _forget_dead_workers()
        registry = self._registry = CollectorRegistry()
        self.requests = Counter(
            "waymark_requests", "Requests by the template of their route.", ("route", "status"), registry=registry
        )
        self.questions = Gauge(
            "waymark_questions",
            "Questions that are being answered or wait.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.cached_answers = Counter(
            "waymark_cached_answers", "Answers that were given before and are given again.", registry=registry
        )
        self._answers = Counter(
            "waymark_answers", "Answers by how they ended.", ("status", "reason"), registry=registry
        )
        self._written = Counter(
            "waymark_written", "Answers that a language model was to write.", ("writer", "fallback"), registry=registry
        )
        self._dropped = Counter(
            "waymark_sentences_dropped", "Sentences of a model that did not pass the check.", registry=registry
        )
        self._help_cards = Counter("waymark_help_cards", "Answers with a help card.", registry=registry)
        self._refusals = Counter(
            "waymark_refusals", "Questions without an answer: refused, or failed.", ("reason",), registry=registry
        )
        self._steps = Histogram(
            "waymark_step_seconds", "Time of the steps of an answer.", ("step",), buckets=STEP_S, registry=registry
        )

    def count_answer(self, answer: Answer) -> None:
        """Count an answer, its help card, and the time of its steps."""
        self._answers.labels(answer.status, answer.reason).inc()
        if answer.provenance.writer == "llm" or answer.provenance.fallback:
            self._written.labels(answer.provenance.writer, answer.provenance.fallback).inc()
            self._dropped.inc(answer.provenance.dropped)
        self._help_cards.inc(answer.help is not None)
        for step, milliseconds in answer.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)
        _record_spans(answer.timings_ms)

    @contextmanager
    def counting_refusals(self) -> Iterator[None]:
        """Count a refusal that ends the block."""
        try:
            yield
        except AssistantUnavailable as refusal:
            self._refusals.labels(refusal.reason).inc()
            raise

    def text(self, assistant: Assistant | None, recorder: Recorder | None) -> bytes:
        """Return all figures, with the index that serves and the records that were lost in this process."""
        counted = MultiProcessCollector(None) if SHARED in os.environ else self._registry  # type: ignore[no-untyped-call]
        return generate_latest(counted) + generate_latest(_Now(assistant, recorder))


class _Now:
    """Tells what is looked up when figures are asked for."""

    def __init__(self, assistant: Assistant | None, recorder: Recorder | None) -> None:
        self._assistant, self._recorder = assistant, recorder

    def collect(self) -> Iterator[Metric]:
        built = GaugeMetricFamily(
            "waymark_index_built_timestamp_seconds",
            "When the index that serves was built; none where no index serves.",
            labels=("generation",),
        )
        if self._assistant:
            built.add_metric((self._assistant.provenance.generation,), self._assistant.generation.built)
        yield built
        if self._recorder:
            lost = "Records of use and feedback that could not be written."
            yield CounterMetricFamily("waymark_records_lost", lost, self._recorder.lost)


def _forget_dead_workers() -> None:
    """Remove what workers that were killed say to be at work; each is followed by a new one, which calls this."""
    folder = os.environ.get(SHARED)
    for file in Path(folder).glob("gauge_live*.db") if folder else ():
        process_id = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process_id, 0)
        except (ProcessLookupError, PermissionError):  # the latter where a process of somebody else has the number now
            mark_process_dead(process_id)  # type: ignore[no-untyped-call]


def _record_spans(timings_ms: Mapping[str, float]) -> None:
    """Record the steps of an answer as spans of its request, one after another, which are sent where that is set up."""
    steps = {step: round(milliseconds * 1e6) for step, milliseconds in timings_ms.items() if step != "total"}
    begin = time.time_ns() - sum(steps.values())
    for step, nanoseconds in steps.items():
        span = get_tracer("waymark").start_span(step, start_time=begin)
        begin += nanoseconds
        span.end(begin)
