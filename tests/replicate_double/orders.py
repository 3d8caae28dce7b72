"""One prediction's life: everything about it follows from when it was ordered and what its fate is."""

from __future__ import annotations

import random
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.replicate_double.faults import Fate
from tests.replicate_double.models import File, Model

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(26))  # `random` is seeded by hypothesis


@dataclass
class Order:
    """`root` is where the API is; files are served below it."""

    model: Model
    given: dict[str, Any]
    fate: Fate
    root: str
    run_s: float
    life_s: float
    webhook: str = ""
    output: Any = None
    files: list[File] = field(default_factory=list)
    id: str = field(default_factory=new_id)
    at: float = field(default_factory=time.monotonic)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    canceled_at: float | None = None

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.at

    @property
    def ends_after_s(self) -> float:
        return float("inf") if self.fate.status == "stuck" else self.fate.cold_s + self.run_s

    @property
    def removed(self) -> bool:
        return self.fate.removed or self.age_s > self.ends_after_s + self.life_s

    @property
    def status(self) -> str:
        if self.canceled_at is not None and self.canceled_at - self.at < self.ends_after_s:
            if self.fate.finishes_when_canceled:
                return "succeeded"
            return "aborted" if self.canceled_at - self.at < self.fate.cold_s else "canceled"
        if self.fate.status == "aborted":
            return "aborted"
        if self.age_s < self.fate.cold_s:
            return "starting"
        return "processing" if self.age_s < self.ends_after_s else self.fate.status

    def cancel(self) -> None:
        if self.canceled_at is None:
            self.canceled_at = time.monotonic()

    def document(self) -> dict[str, Any]:
        """As the API shows it now: what does not exist yet is absent, not null."""
        status = self.status
        document: dict[str, Any] = {
            "id": self.id, "model": self.model.name, "version": self.model.version or "hidden", "status": status,
            "input": self.given, "logs": "", "error": None, "created_at": _moment(self.created), "data_removed": False,
            "urls": {
                "get": f"{self.root}/v1/predictions/{self.id}", "web": f"https://replicate.com/p/{self.id}",
                "cancel": f"{self.root}/v1/predictions/{self.id}/cancel",
            },
        }  # fmt: skip
        if status != "starting":
            document["started_at"] = _moment(self.created + timedelta(seconds=self.fate.cold_s))
        if status in ("succeeded", "failed", "canceled", "aborted"):
            document |= self._end(status)
        return document

    def _end(self, status: str) -> dict[str, Any]:
        took_s = min(self.ends_after_s, self.age_s)
        end: dict[str, Any] = {
            "completed_at": _moment(self.created + timedelta(seconds=took_s)),
            "metrics": {"predict_time": round(took_s - min(self.fate.cold_s, took_s), 6), "total_time": took_s},
            "output": self.output if status == "succeeded" else None,
        }
        if status == "failed":
            end["error"] = self.fate.error
        if self.removed:
            end |= {"output": None, "input": None, "logs": None, "data_removed": True}
        return end


def _moment(moment: datetime) -> str:
    """Nine digits, as the API often writes them."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}{random.randrange(1000):03d}Z"
