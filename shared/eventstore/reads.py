"""Reading streams by the subject index, complete and never older than what this process has already seen.

A stream with one copy answers every direct get from the newest state. With more copies any of them answers, and one
that lags would hide events silently; so the newest message this process has seen (the marker) is asked for along,
and an answer without it is asked for again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nats.aio.client import Client

from shared.errors import Unavailable, Undecodable
from shared.eventstore import leader, names, quick
from shared.eventstore.direct_get import DirectGet, Raw, TooMany
from shared.eventstore.follow import read_until
from shared.eventstore.memo import Memo
from shared.eventstore.port import Commit

_FIRST_PAGE = 64
_PAGE = 1000
_LAG_PAUSES_S = (0.005, 0.02, 0.1, 0.3, 1.0)


class Reads:
    """Loads by stream, below streams and by filters."""

    def __init__(self, nc: Client, memo: Memo, replicated: bool) -> None:
        self._nc = nc
        self._memo = memo
        self._replicated = replicated
        self._direct = DirectGet(nc)

    async def load(self, prefix: str, after_version: int) -> list[Commit]:
        """A stream's commits after a version, without a gap."""
        for pause_s in _LAG_PAUSES_S:
            commits = await self._versions(prefix, after_version)
            newest = commits[-1].version if commits else after_version
            if newest >= self._memo.version(prefix):
                if commits:
                    self._memo.saw(prefix, commits[-1])
                return commits
            await asyncio.sleep(pause_s)
        raise Unavailable(f"The event store's copies lag: {prefix} is missing versions seen before.")

    async def below(self, prefixes: Sequence[str]) -> list[Commit]:
        """The commits of these streams and all below them, in order of position."""
        filters = tuple(f"{prefix}.>" for prefix in prefixes)
        marker = (self._memo.subject, self._memo.position) if self._replicated else ("", 0)
        try:
            commits = await self.matching(filters, 1, marker)
        except TooMany:
            commits = await self._listed(filters)
        if commits:
            newest = commits[-1]
            self._memo.saw_position(newest.position, names.subject_of(newest))
        return commits

    async def matching(self, filters: tuple[str, ...], first: int, marker: tuple[str, int]) -> list[Commit]:
        """The commits from a position on that match, in order.

        A marker (subject and position of a stored message, not before `first`) makes sure of all up to there.
        Raises `TooMany` if there are more than one answer may hold.
        """
        subject, position = marker
        if not subject:
            return _decode(await self._direct.multi_last(filters, first))
        for pause_s in _LAG_PAUSES_S:
            commits = _decode(await self._direct.multi_last((*filters, subject), first))
            if any(commit.position == position for commit in commits):
                return [one for one in commits if names.matches(names.subject_of(one), filters)]
            await asyncio.sleep(pause_s)
        raise Unavailable(f"The event store's copies lag behind position {position}.")

    async def between(self, after: int, upto: int, filters: tuple[str, ...]) -> list[Commit]:
        """The matching commits with `after < position <= upto`; a message must stand at `upto`."""
        last = await leader.message_at(self._nc, upto)
        if last is None:
            raise Unavailable(f"There is no message at position {upto}.")
        try:
            commits = await self.matching(filters, after + 1, (last.subject, upto)) if filters else None
        except TooMany:
            commits = None
        if commits is None:
            asked = names.for_consumer((*filters, last.subject)) if filters else ()
            commits = await read_until(self._nc, after, upto, asked)
        return [one for one in commits if one.position <= upto and names.matches(names.subject_of(one), filters)]

    async def _versions(self, prefix: str, after: int) -> list[Commit]:
        if not after:
            try:
                return _gapless(prefix, 0, _decode(await self._direct.multi_last((f"{prefix}.*",))))
            except TooMany:
                pass
        found: list[Commit] = []
        size = _FIRST_PAGE if after else _PAGE
        while True:
            first = after + len(found) + 1
            page = await self._direct.multi_last([f"{prefix}.{n}" for n in range(first, first + size)])
            found += _decode(page)
            if len(page) < size:
                return _gapless(prefix, after, found)
            size = _PAGE

    async def _listed(self, filters: Sequence[str]) -> list[Commit]:
        subjects: set[str] = set()
        for one in filters:
            subjects |= await leader.subjects(self._nc, one)
        wanted = sorted(subjects)
        found: list[Commit] = []
        for start in range(0, len(wanted), _PAGE):
            found += await self._exactly(wanted[start : start + _PAGE])
        return sorted(found, key=lambda commit: commit.position)

    async def _exactly(self, subjects: Sequence[str]) -> list[Commit]:
        for pause_s in _LAG_PAUSES_S:
            page = await self._direct.multi_last(subjects)
            if len(page) == len(subjects):
                return _decode(page)
            await asyncio.sleep(pause_s)
        raise Unavailable("The event store's copies lag.")


def _decode(page: Sequence[Raw]) -> list[Commit]:
    return [quick.decode(block, body) for block, body in page]


def _gapless(prefix: str, after: int, commits: list[Commit]) -> list[Commit]:
    for expected, commit in enumerate(commits, after + 1):
        if commit.version != expected:
            raise Undecodable(f"{prefix} has no version {expected} before position {commit.position}.")
    return commits
