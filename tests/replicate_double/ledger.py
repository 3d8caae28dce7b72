"""What the provider bills: every create that it took, whatever the client thinks became of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bill:
    prediction_id: str
    model: str
    input_sha256: str
    price_usd: float


@dataclass
class Ledger:
    bills: list[Bill] = field(default_factory=list)

    def add(self, prediction_id: str, model: str, given: dict[str, Any], price_usd: float) -> None:
        self.bills.append(Bill(prediction_id, model, sha256_of(given), price_usd))

    def drop(self, prediction_id: str) -> None:
        """An order that never started is not billed."""
        self.bills = [bill for bill in self.bills if bill.prediction_id != prediction_id]

    @property
    def total_usd(self) -> float:
        return round(sum(bill.price_usd for bill in self.bills), 6)

    @property
    def ids(self) -> set[str]:
        return {bill.prediction_id for bill in self.bills}

    def times(self, given: dict[str, Any] | None = None) -> int:
        """How often this input was billed; without one, how many bills there are."""
        return len(self.bills) if given is None else Counter(b.input_sha256 for b in self.bills)[sha256_of(given)]

    def assert_once_each(self) -> None:
        often = {sha: count for sha, count in Counter(b.input_sha256 for b in self.bills).items() if count > 1}
        assert not often, f"paid more than once: {often}"


def sha256_of(given: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
