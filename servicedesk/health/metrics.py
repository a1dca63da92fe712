"""Numbers for Prometheus: requests of every process together, and what waits.

Several processes keep their counts in files of one directory, which ``servicedesk serve``
makes; whichever process is asked answers for all.
"""

import os
import time
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from flask import Flask, Response, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector
from sqlalchemy.orm import Session

DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own name for it
_ANSWERS = Counter("servicedesk_requests", "Requests answered", ["endpoint", "method", "status"])
_SECONDS = Histogram(
    "servicedesk_request_seconds",
    "How long a request took in Flask",
    ["endpoint"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_JOBS = sa.text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")


def init_app(app: Flask) -> None:
    """Count the requests of ``app``."""
    app.before_request(_begin)
    app.after_request(_count)


def count(endpoint: str, method: str, status: int) -> None:
    """Count an answer."""
    _ANSWERS.labels(endpoint, method, status).inc()


def known_method(given: str) -> str:
    """Return the method as we count it: what visitors make up is one kind."""
    return given if given in _METHODS else "other"


def share_between_processes() -> None:
    """Count in files from here on; call it in a new process before anything is counted."""
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def exposition(session: Session) -> bytes:
    """Return all numbers as Prometheus reads them; what waits is counted now."""
    registry = CollectorRegistry()
    if DIRECTORY in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Ours())
    registry.register(_Waiting(session))
    return generate_latest(registry)


class _Ours(Collector):
    """What this process counted, without numbers about Python itself."""

    def collect(self) -> Iterator[Metric]:
        """Yield our metrics."""
        for metric in REGISTRY.collect():
            if metric.name.startswith("servicedesk_"):
                yield metric


class _Waiting(Collector):
    """How many jobs wait, run, failed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterator[Metric]:
        """Yield the number of jobs by state."""
        family = GaugeMetricFamily("servicedesk_jobs", "Jobs by state", labels=["state"])
        for state, number in self._session.execute(_JOBS):
            family.add_metric([state], number)
        yield family


def _begin() -> None:
    g.counted_from = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    count(endpoint, known_method(request.method), response.status_code)
    if "counted_from" in g:
        _SECONDS.labels(endpoint).observe(time.perf_counter() - g.counted_from)
    return response
