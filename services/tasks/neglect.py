"""Which generations of the read models nobody needs any more. Pure but for what it has seen before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from shared.readmodel.version import SCHEMA_VERSION

RETIRED_S = 60.0
"""Who read a retired generation has looked again long before."""

UNMOVED_S = 3_600.0
"""A generation that falls behind for this long has no projector: of a release before, a rebuild or a check that ended
too early."""


class Row(Protocol):
    """A row of the table `projections`."""

    @property
    def generation(self) -> int:
        """Its number."""
        ...

    @property
    def schema_version(self) -> int:
        """The shape of its tables."""
        ...

    @property
    def position(self) -> int:
        """How far it has come."""
        ...

    @property
    def state(self) -> str:
        """What is done with it."""
        ...


class _Seen(NamedTuple):
    position: int
    state: str
    since_s: float


class Neglect:
    """Remembers since when a generation is as it is."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def judge(self, rows: Iterable[Row], now_s: float) -> list[int]:
        """The generations to drop. Those of a later release, and the one that we serve, are never among them."""
        rows = list(rows)
        ours = [row.position for row in rows if row.state == "live" and row.schema_version == SCHEMA_VERSION]
        if not ours:
            return []
        candidates = [row for row in rows if _may_go(row, max(ours))]
        seen = {row.generation: self._since(row, now_s) for row in candidates}
        self._seen = seen
        return [g for g, one in seen.items() if now_s - one.since_s >= _patience_s(one.state)]

    def _since(self, row: Row, now_s: float) -> _Seen:
        before = self._seen.get(row.generation)
        same = before is not None and (before.position, before.state) == (row.position, row.state)
        return before if before and same else _Seen(row.position, row.state, now_s)


def _may_go(row: Row, ours: int) -> bool:
    if row.schema_version > SCHEMA_VERSION:
        return False
    if row.state == "retired":
        return True
    served = row.state == "live" and row.schema_version == SCHEMA_VERSION
    return not served and row.position < ours


def _patience_s(state: str) -> float:
    return RETIRED_S if state == "retired" else UNMOVED_S
