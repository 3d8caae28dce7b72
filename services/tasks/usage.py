"""The rules of usage records: each says once which requests of a user were answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts import commands as c
from shared.contracts import events as e
from shared.errors import Invalid
from shared.eventstore.handle import Decider


def decide(command: c.RecordUsage, recorded: bool) -> Sequence[e.Event]:
    """A record is written once; its stream is named after the command."""
    if not command.requests:
        raise Invalid("There are no requests to record.")
    return () if recorded else (e.RequestsServed(requests=command.requests),)


def evolve(recorded: bool, event: e.Event) -> bool:
    """Whether the record is there, after one more event."""
    return recorded or isinstance(event, e.RequestsServed)


USAGE: Decider[c.RecordUsage, bool] = Decider(False, decide, evolve)
