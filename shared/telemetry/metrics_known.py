"""Gauges that are told only while somebody knows them: a number that is stale misleads more than none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

Labels = tuple[str, ...]


class Known(Collector):
    """A gauge whose values are replaced all at once, so that no scrape sees half of them."""

    def __init__(self, name: str, about: str, labels: Labels = ()) -> None:
        self.name, self.about, self.labels = name, about, labels
        self._values: Mapping[Labels, float] = {}

    def set(self, value: float) -> None:
        """The one value of a gauge without labels."""
        self._values = {(): value}

    def replace(self, values: Mapping[Labels, float]) -> None:
        """All values by their labels; what is not among them is told no longer."""
        self._values = dict(values)

    def forget(self) -> None:
        """Nobody knows it any more."""
        self._values = {}

    def describe(self) -> list[GaugeMetricFamily]:
        """The gauge without values, by which a registry knows its name."""
        return [self._family()]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauge, if anything is known."""
        values = self._values
        if values:
            family = self._family()
            for labels, value in values.items():
                family.add_metric(labels, value)
            yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self.name, self.about, labels=self.labels)
