"""Rate-limit windows in this process's memory: for one gateway alone, and while the bus is away."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from services.gateway.limits import Verdict, judged
from shared.clock import now_ms

_KEPT = 50_000


class MemoryWindows:
    """Implements `RateWindows` for a single gateway. `clock` gives ms since 1970 UTC."""

    def __init__(self, limit: int, window_s: int, clock: Callable[[], int] = now_ms) -> None:
        self._limit, self._window_s, self._clock = limit, window_s, clock
        self._times: OrderedDict[str, Sequence[int]] = OrderedDict()

    async def take(self, who: str) -> Verdict:
        """See `RateWindows.take`."""
        verdict, kept = judged(self.known(who), self._clock(), self._limit, self._window_s)
        self.learn(who, kept)
        return verdict

    def known(self, who: str) -> Sequence[int]:
        """The times that count here, and perhaps some that no longer do."""
        return self._times.get(who, ())

    def learn(self, who: str, times_ms: Sequence[int]) -> None:
        """Replaces what is known. Who was not seen for longest is forgotten when there are too many."""
        self._times[who] = times_ms
        self._times.move_to_end(who)
        while len(self._times) > _KEPT:
            self._times.popitem(last=False)
