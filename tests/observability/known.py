"""What the services can tell, from their registries: names of series, labels, buckets, and the words of labels."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from prometheus_client import Counter, Histogram, Info
from prometheus_client.registry import Collector

from shared.telemetry.metrics import BY_SERVICE, EVERYWHERE
from shared.telemetry.metrics_known import Known
from tests.observability.files import recorded
from tests.observability.promql import grouped, selectors

OF_TARGETS = frozenset({"job", "instance"})
"""Prometheus adds these to every series."""
OF_OTHERS = {
    "up": OF_TARGETS,
    "scrape_duration_seconds": OF_TARGETS,
    "ALERTS": frozenset(
        {"alertname", "alertstate", "severity", "job", "instance", "part", "consumer", "kind", "provider"}
    ),
    **dict.fromkeys(
        ("process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"), OF_TARGETS
    ),
    **dict.fromkeys(("process_open_fds", "process_max_fds"), OF_TARGETS),
}


class Told(NamedTuple):
    """One series' name: its labels, its help, and the `le` of a histogram's buckets."""

    labels: frozenset[str]
    about: str
    buckets: frozenset[float] = frozenset()


@cache
def series() -> dict[str, Told]:
    """Everything our services tell, by the name that a query uses."""
    collectors = {id(one): one for one in (*EVERYWHERE, *(one for ours in BY_SERVICE.values() for one in ours))}
    return {name: told for one in collectors.values() for name, told in _of(one).items()}


def _of(collector: Collector) -> dict[str, Told]:
    if isinstance(collector, Known):
        return {collector.name: Told(frozenset(collector.labels) | OF_TARGETS, collector.about)}
    name, about = collector._name, collector._documentation  # type: ignore[attr-defined]
    labels = frozenset(collector._labelnames) | OF_TARGETS  # type: ignore[attr-defined]
    if isinstance(collector, Histogram):
        buckets = frozenset(float(bound) for bound in collector._kwargs["buckets"])
        counted = {f"{name}_{end}": Told(labels, about) for end in ("count", "sum")}
        return {**counted, f"{name}_bucket": Told(labels | {"le"}, about, buckets)}
    if isinstance(collector, Info):
        return {f"{name}_info": Told(labels | {"service", "version"}, about)}
    return {f"{name}_total" if isinstance(collector, Counter) else name: Told(labels, about)}


def labels_of(name: str) -> frozenset[str] | None:
    """The labels a series may have, recorded ones by what they are recorded from; None if nobody tells it."""
    if name in recorded():
        expr = recorded()[name]
        return frozenset(re.findall(r'label_replace\(.*?"(\w+)"', expr)) | grouped(expr)
    if name in OF_OTHERS:
        return OF_OTHERS[name]
    return series()[name].labels if name in series() else None


def labels_in(expr: str) -> set[str]:
    """All labels that any series of an expression has, and those that it makes."""
    found = [labels_of(one.name) or frozenset() for one in selectors(expr)]
    return set().union(*found) | set(re.findall(r'label_replace\(.*?, "(\w+)", "', expr))
