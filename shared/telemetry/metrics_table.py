"""The catalogue as a table for people: `python -m shared.telemetry.metrics_table FILE` writes it into a document."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector

from shared.telemetry.metrics import BY_SERVICE, EVERYWHERE
from shared.telemetry.metrics_known import Known

BEGIN, END = "<!-- metrics: begin -->", "<!-- metrics: end -->"
_SUFFIXES = {"counter": "_total", "info": "_info"}


def table() -> str:
    """Markdown: every metric with its type, its labels, the services that tell it, and what it means."""
    rows = [*_rows()]
    return "\n".join(("| Metric | Type | Labels | Told by | What it says |", "|---|---|---|---|---|", *rows))


def put_into(document: str) -> str:
    """The document with the table between its two marks. Raises `ValueError` if it has none."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document lacks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _rows() -> Iterator[str]:
    tellers: dict[Collector, list[str]] = {one: ["all"] for one in EVERYWHERE}
    for service, collectors in BY_SERVICE.items():
        for one in collectors:
            tellers.setdefault(one, []).append(service)
    for one, services in tellers.items():
        family = next(iter(one.describe()))  # type: ignore[attr-defined]
        name = family.name + _SUFFIXES.get(family.type, "")
        labels = ", ".join(f"`{label}`" for label in _labels(one)) or "none"
        yield f"| `{name}` | {family.type} | {labels} | {', '.join(services)} | {family.documentation} |"


def _labels(one: Collector) -> tuple[str, ...]:
    if isinstance(one, Known):
        return one.labels
    assert isinstance(one, MetricWrapperBase)
    return ("service", "version") if one._type == "info" else tuple(one._labelnames)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(put_into(file.read_text(encoding="utf-8")), encoding="utf-8")
