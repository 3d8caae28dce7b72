"""Whether a service can do its work: its checks, asked in the background, and what they said last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from shared.errors import TalewrightError
from shared.telemetry.metrics import READY

log = logging.getLogger("talewright.ops")

EVERY_S = 2.0
PATIENCE_S = 1.0
_ROUNDS = 2
"""What is no more than a hiccup, or the service's own start, is not logged."""

Check = Callable[[], Awaitable[None]]
"""Returns if all is well, else raises `Unavailable` with the reason."""


class Verdict(msgspec.Struct, frozen=True):
    """What became of one check; `why` is empty if it is well."""

    ok: bool
    why: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What `/readyz` tells."""

    ready: bool
    checks: dict[str, Verdict]


_WELL = Verdict(True)
_DRAINING = Verdict(False, "The service is stopping.")
_NOT_ASKED = Verdict(False, "Not asked yet.")


class Readiness:
    """Asks all checks side by side, again and again. Nobody who wants to know has to wait for an answer.

    A check that does not answer within `patience_s` has failed. A change that lasts is logged, and only once.
    """

    def __init__(self, checks: Mapping[str, Check], every_s: float = EVERY_S, patience_s: float = PATIENCE_S) -> None:
        self._checks, self._every_s, self._patience_s = checks, every_s, patience_s
        self._verdicts = dict.fromkeys(checks, _NOT_ASKED)
        self._draining = False
        self._told, self._rounds = True, 0

    @property
    def answer(self) -> Answer:
        """As it stands now."""
        if self._draining:
            return Answer(False, {"draining": _DRAINING, **self._verdicts})
        return Answer(all(one.ok for one in self._verdicts.values()), self._verdicts)

    def drain(self) -> None:
        """The service stops: it is not ready from now on, whatever the checks say."""
        self._draining = True
        self._tell()

    async def run(self) -> None:
        """Asks for ever."""
        while True:
            asked = self._checks.items()
            verdicts = await asyncio.gather(*(self._verdict(check) for _, check in asked))
            self._verdicts = dict(zip(self._checks, verdicts, strict=True))
            self._tell()
            await asyncio.sleep(self._every_s)

    async def _verdict(self, check: Check) -> Verdict:
        try:
            async with asyncio.timeout(self._patience_s):
                await check()
        except TalewrightError as error:
            return Verdict(False, error.message)
        except TimeoutError:
            return Verdict(False, f"No answer within {self._patience_s:g} s.")
        except Exception as error:  # a check with a bug must not end the service
            return Verdict(False, f"{type(error).__name__}: {error}")
        return _WELL

    def _tell(self) -> None:
        answer = self.answer
        READY.set(answer.ready)
        self._rounds = 0 if answer.ready == self._told else self._rounds + 1
        if self._rounds < _ROUNDS or self._draining:
            return
        self._told, self._rounds = answer.ready, 0
        if answer.ready:
            log.warning("all checks pass again")
        else:
            log.warning("checks fail: %s", "; ".join(f"{k}: {one.why}" for k, one in answer.checks.items() if one.why))
