"""Reading in order of position: for ever (`follow`) or up to a position (`read_until`)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence

from nats.aio.client import Client

from shared.errors import Unavailable, Undecodable
from shared.eventstore import names, quick
from shared.eventstore.port import Commit
from shared.eventstore.pull import Broken, Delivered, Pull

_RETRY_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_SMALLEST_PAGE = 100
_LARGEST_PAGE = 1000
_LOG = logging.getLogger(__name__)


async def follow(nc: Client, after: int, filters: tuple[str, ...], batch: int) -> AsyncGenerator[list[Commit], None]:
    """See `EventStore.follow`."""
    position, failures = after, 0
    asked = names.for_consumer(filters)
    while True:
        pull = Pull(nc, _page(batch))
        try:
            await pull.open(position, asked)
            failures = 0
            while True:
                taken = [one for one in await pull.take(batch) if one.position > position]
                commits, bad = _decode(taken, filters if asked != filters else ())
                if commits:
                    yield commits
                position = taken[-1].position if taken else position
                if bad is not None:
                    raise bad
        except (Broken, Unavailable) as reason:
            _LOG.info("Following events begins anew after position %d: %s", position, reason)
            await _pause(nc, failures)
            failures += 1
        finally:
            await pull.close()


async def read_until(nc: Client, after: int, upto: int, filters: Sequence[str]) -> list[Commit]:
    """The matching commits with `after < position <= upto`. The message at `upto` must exist and pass the filters:
    its arrival proves that none is missing. Raises `Unavailable` and `Undecodable`."""
    for tried in range(len(_RETRY_S)):
        pull = Pull(nc, _LARGEST_PAGE)
        try:
            await pull.open(after, filters)
            return await _drain(pull, after, upto)
        except Broken:
            await _pause(nc, tried)
        finally:
            await pull.close()
    raise Unavailable("The event store cannot be read.")


async def _drain(pull: Pull, after: int, upto: int) -> list[Commit]:
    found: list[Commit] = []
    while True:
        taken = await pull.take(_LARGEST_PAGE)
        commits, bad = _decode([one for one in taken if after < one.position <= upto])
        if bad is not None:
            raise bad
        found += commits
        if taken[-1].position >= upto:
            return found


def _decode(messages: Sequence[Delivered], filters: tuple[str, ...] = ()) -> tuple[list[Commit], Undecodable | None]:
    """The matching commits before the first message that cannot be read, and what is wrong with that one."""
    commits: list[Commit] = []
    try:
        for one in messages:
            if filters and not names.matches(one.subject.decode(), filters):
                continue
            commits.append(quick.decode(one.headers, one.body, one.subject.decode(), one.position))
    except Undecodable as error:
        return commits, error
    return commits, None


async def _pause(nc: Client, failures: int) -> None:
    if nc.is_closed:
        raise Unavailable("The connection to the event store is closed.")
    await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])


def _page(batch: int) -> int:
    return min(max(batch, _SMALLEST_PAGE), _LARGEST_PAGE)
