"""What Prometheus reads: counted in each process, added up when asked for."""

from __future__ import annotations

import os
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as _text_of
from prometheus_client.multiprocess import MultiProcessCollector

from triage import Choice, Suggestion

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one process. With ``PROMETHEUS_MULTIPROC_DIR`` set, all processes are told together."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self._registry}
        self._seconds = Histogram(
            "triage_request_seconds", "Time to answer, by address.", ["route"], buckets=_BOUNDS, **own
        )
        self._requests = Counter(
            "triage_requests", "Requests, by address and status.", ["route", "status"], **own
        )
        self._suggestions = Counter(
            "triage_suggestions",
            "Suggestions, by level and by what decided.",
            ["priority", "decided_by"],
            **own,
        )
        self._verdicts = Counter("triage_checks", "Checked choices, by verdict.", ["verdict"], **own)
        self._kept = Counter("triage_kept", "Decisions for the memory, by outcome.", ["outcome"], **own)
        self._reloads = Gauge(
            "triage_rules_reloads", "How often new rules were taken.", multiprocess_mode="max", **own
        )
        self._faults = Gauge(
            "triage_rules_faults", "Faults of the rule file as it is now.", multiprocess_mode="max", **own
        )

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._seconds.labels(route).observe(seconds)
        self._requests.labels(route, str(status)).inc()

    def suggestion(self, suggestion: Suggestion) -> None:
        """Count a suggestion."""
        self._suggestions.labels(suggestion.priority.id, suggestion.decided_by).inc()

    def choice(self, choice: Choice) -> None:
        """Count a checked choice."""
        self._verdicts.labels(choice.verdict).inc()

    def kept(self, number: int, *, well: bool) -> None:
        """Count decisions that were kept, or that the memory did not take."""
        self._kept.labels("kept" if well else "lost").inc(number)

    def rules(self, *, reloads: int, faults: int) -> None:
        """Tell how often rules were taken, and how many faults the file has now."""
        self._reloads.set(reloads)
        self._faults.set(faults)

    def text(self) -> bytes:
        """Return all counters in the format of Prometheus."""
        if FOLDER not in os.environ:
            return _text_of(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return _text_of(together)
