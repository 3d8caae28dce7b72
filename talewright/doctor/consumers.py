"""Who takes commands, and how far behind they are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from nats.aio.client import Client

from shared.bus.streams import consumers as wanted_consumers
from shared.contracts.subjects import COMMANDS_STREAM
from shared.eventstore.api import Refused, ask
from talewright.doctor.findings import Finding, counted, ok, problem, warning
from talewright.doctor.streams import copies, differences

_NOT_FOUND = 404
_MANY_WAITING = 1_000
_AGAIN_S = 0.4
_TRIES = 3


async def consumers(nc: Client, replicas: int) -> list[Finding]:
    """The command queues of tasks and media."""
    wanted = {str(one.durable_name): one.as_dict() for one in wanted_consumers(replicas)}
    asked = (_consumer(nc, name, config) for name, config in wanted.items())
    return list(await asyncio.gather(*asked))


async def _consumer(nc: Client, name: str, wanted: Mapping[str, Any]) -> Finding:
    """Asked again if nobody listens: between two commands a worker is out of sight for a moment."""
    info = await _info(nc, name)
    for _ in range(_TRIES):
        if info is None or listening(info):
            break
        await asyncio.sleep(_AGAIN_S)
        info = await _info(nc, name)
    return judge(name, wanted, info)


async def _info(nc: Client, name: str) -> dict[str, Any] | None:
    try:
        return await ask(nc, f"CONSUMER.INFO.{COMMANDS_STREAM}.{name}")
    except Refused as refusal:
        if refusal.error.code == _NOT_FOUND:
            return None
        raise


def listening(info: Mapping[str, Any]) -> bool:
    """Somebody waits for a command or has one in hand."""
    return bool(info["num_waiting"] or info["num_ack_pending"])


def judge(name: str, wanted: Mapping[str, Any], info: Mapping[str, Any] | None) -> Finding:
    """One consumer; `info` is the server's answer about it, None if there is none."""
    title = f"commands of {name}"
    start = f"Start the {name} service, or look at its log: it takes commands of {name}."
    if info is None:
        return problem(title, f"There is no consumer {name}: its commands reach nobody.", start)
    waiting, in_hand, again = info["num_pending"], info["num_ack_pending"], info["num_redelivered"]
    if not listening(info):
        return problem(title, f"Nobody takes commands of {name}; {counted(waiting, 'command')} waiting.", start)
    differing = differences(wanted, info["config"]) + copies(info.get("cluster") or {}, int(wanted["num_replicas"]))
    if differing:
        advice = f"Restart the {name} service, which sets it right."
        return problem(title, f"The consumer {name} is not as it must be: {'; '.join(differing)}.", advice)
    sentence = f"Somebody listens; {waiting:,} waiting, {in_hand:,} in hand, {again:,} delivered again."
    if waiting > _MANY_WAITING:
        return warning(title, sentence, f"Run more of the {name} service: its queue grows.")
    if again:
        return warning(title, sentence, f"Look at the log of the {name} service: somebody died or gave a command back.")
    return ok(title, sentence)
