"""The streams: are they there, as they must be, and is every copy of them current?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nats.aio.client import Client

from shared.bus.streams import streams as other_streams
from shared.contracts.subjects import COMMANDS_STREAM, DEAD_LETTERS_STREAM, EVENTS_STREAM, NUMBERS_STREAM
from shared.eventstore.api import STREAM_NOT_FOUND, Refused, ask
from shared.eventstore.server import stream_config
from talewright.doctor.findings import Finding, counted, ok, problem

NAMES = (EVENTS_STREAM, COMMANDS_STREAM, DEAD_LETTERS_STREAM, NUMBERS_STREAM)
_LEFT_TO_SERVER = ("duplicate_window",)
"""Fields of which 0 means that the server chooses."""
_FOREIGN = ("mirror", "sources", "sealed", "subject_transform")
_LAG = 1_000


async def streams(nc: Client, replicas: int) -> list[Finding]:
    """All of them."""
    wanted = {EVENTS_STREAM: stream_config(replicas)}
    wanted |= {str(one.name): one.as_dict() for one in other_streams(replicas)}
    return [judge(name, wanted[name], await _info(nc, name)) for name in NAMES]


async def _info(nc: Client, name: str) -> dict[str, Any] | None:
    try:
        return await ask(nc, f"STREAM.INFO.{name}")
    except Refused as refusal:
        if refusal.error.err_code == STREAM_NOT_FOUND:
            return None
        raise


def judge(name: str, wanted: Mapping[str, Any], info: Mapping[str, Any] | None) -> Finding:
    """One stream; `info` is the server's answer about it, None if it has no such stream."""
    title = f"stream {name}"
    if info is None:
        return problem(title, f"There is no stream {name}.", "Start a service: each one makes what is missing.")
    differing = differences(wanted, info["config"])
    if differing:
        advice = "Restart a service, which sets it right; if the server refuses, its log says why."
        return problem(title, f"{name} is not as it must be: {'; '.join(differing)}.", advice)
    ailing = copies(info.get("cluster") or {}, int(wanted["num_replicas"]))
    if ailing:
        return problem(title, f"{name} is at risk: {'; '.join(ailing)}.", "Bring that server of the cluster back.")
    messages, size = info["state"]["messages"], wanted["num_replicas"]
    return ok(
        title,
        f"As it must be; {counted(messages, 'message')} in {counted(size, 'copy') if size == 1 else f'{size} copies'}.",
    )


def differences(wanted: Mapping[str, Any], stands: Mapping[str, Any]) -> list[str]:
    """How a configuration differs from what it must be, in words. What is false or zero may be left out by a server."""
    found = []
    for key, value in wanted.items():
        must = getattr(value, "value", value)
        if (key in _LEFT_TO_SERVER and not must) or stands.get(key) == must or not (stands.get(key) or must):
            continue
        found.append(f"{key} is {stands.get(key)!r} instead of {must!r}")
    return found + [f"it has {key}" for key in _FOREIGN if stands.get(key)]


def copies(cluster: Mapping[str, Any], wanted: int) -> list[str]:
    """What is wrong with the copies of a stream or consumer."""
    if wanted > 1 and not cluster.get("leader"):
        return ["it has no leader"]
    found = []
    for peer in cluster.get("replicas") or ():
        if peer.get("offline"):
            found.append(f"the copy on {peer['name']} is offline")
        elif not peer.get("current") or peer.get("lag", 0) > _LAG:
            found.append(f"the copy on {peer['name']} is {peer.get('lag', 0):,} operations behind")
    return found
