"""What recorded events cost, in the metrics: counted by whoever has recorded them, so each once."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Charge
from shared.telemetry.metrics_measure import cost

LOCAL = "local"
"""The provider of what is made on our own machines."""


def count_costs(events: Sequence[e.Event]) -> None:
    """Adds what these events, just recorded, say about money."""
    for event in events:
        match event:
            case e.JobCompleted(job=job, charges=charges):
                for charge in charges:
                    _count(LOCAL, job, charge, charge.billed)
            case e.ProviderJobSettled(job=job, provider=provider, charge=Charge() as charge):
                _count(provider, job, charge, billed=True)


def _count(provider: str, job: JobRef, charge: Charge, billed: bool) -> None:
    cost(provider, charge.model, job.kind, charge.amount_microusd, billed)
