"""The stream that holds the events, and whether a server is fit to hold it. Run once at every service's start."""

from __future__ import annotations

import logging
from typing import Any

from nats.aio.client import Client

from shared.contracts.subjects import EVENTS_ALL, EVENTS_STREAM
from shared.errors import TalewrightError
from shared.eventstore.api import NAME_IN_USE, NO_PEERS, Refused, ask

MINIMUM_VERSION = (2, 12, 0)
"""Before it, headers that the lock depends on are ignored without a word."""

WANTED_VERSION = (2, 14, 6)
"""Before it (from 2.11.6), loading a stream scans instead of asking the index: 30 ms instead of 1."""

_TWO_MINUTES_NS = 120 * 1_000_000_000
_NOT_YET = 503
_LOG = logging.getLogger(__name__)


class UnfitServer(TalewrightError):
    """This NATS server or its stream cannot keep the promises of the event store; starting on it would lose events."""

    code = "unfit-server"


def stream_config(replicas: int) -> dict[str, Any]:
    """The stream as it must be: on disk, for ever, nothing to be taken out.

    Blocks are not compressed: a load reaches into old ones, and unpacking a block costs more than the load.
    """
    return {
        "name": EVENTS_STREAM,
        "subjects": [EVENTS_ALL],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_age": 0,
        "max_bytes": -1,
        "max_msgs": -1,
        "max_msgs_per_subject": -1,
        "max_msg_size": -1,
        "num_replicas": replicas,
        "allow_direct": True,
        "deny_delete": True,
        "deny_purge": True,
        "allow_rollup_hdrs": False,
        "duplicate_window": _TWO_MINUTES_NS,
        "compression": "none",
    }


async def prepare_events_stream(nc: Client, replicas: int = 1) -> None:
    """Makes the stream, or brings an existing one to its configuration, and checks what the server made of it.

    Raises `UnfitServer`, or `Unavailable` if JetStream does not answer.
    """
    version = nc.connected_server_version
    check_version(f"{version.major}.{version.minor}.{version.patch}")
    wanted = stream_config(replicas)
    try:
        answer = await ask(nc, f"STREAM.CREATE.{EVENTS_STREAM}", wanted)
    except Refused as refusal:
        if refusal.error.code == _NOT_YET or refusal.error.err_code == NO_PEERS:
            raise  # a cluster that is still coming together
        if refusal.error.err_code != NAME_IN_USE:
            raise UnfitServer(f"The stream {EVENTS_STREAM} cannot be made: {refusal.error.description}.") from refusal
        answer = await _update(nc, wanted)
    check_echo(wanted, answer["config"])


def check_version(text: str) -> None:
    """Raises `UnfitServer` below the minimum, warns below the wanted version."""
    minimum, better = (".".join(map(str, version)) for version in (MINIMUM_VERSION, WANTED_VERSION))
    try:
        major, minor, patch = text.split("-")[0].split("+")[0].split(".")
        found = int(major), int(minor), int(patch)
    except ValueError as error:
        raise UnfitServer(f"Not a version of nats-server: {text!r}; {minimum} or newer is needed.") from error
    if found < MINIMUM_VERSION:
        raise UnfitServer(f"This is nats-server {text}; {minimum} or newer is needed, {better} or newer is better.")
    if found < WANTED_VERSION:
        _LOG.warning("nats-server %s loads streams slowly; %s or newer is better.", text, better)


def check_echo(wanted: dict[str, Any], echoed: dict[str, Any]) -> None:
    """Raises `UnfitServer` if the server's answer does not repeat every field as it was asked for."""
    differing = [
        f"{key} is {echoed.get(key)!r} instead of {value!r}"
        for key, value in wanted.items()
        if echoed.get(key, _unsaid(value)) != value
    ]
    foreign = [key for key in ("mirror", "sources", "sealed", "subject_transform") if echoed.get(key)]
    if differing or foreign:
        found = "; ".join(differing + [f"it has {key}" for key in foreign])
        raise UnfitServer(f"The stream {EVENTS_STREAM} is not as it must be: {found}.")


async def _update(nc: Client, wanted: dict[str, Any]) -> dict[str, Any]:
    """Changes what may be changed. Messages are safe: the server refuses changes of storage or retention."""
    stands = (await ask(nc, f"STREAM.INFO.{EVENTS_STREAM}"))["config"]
    try:
        return await ask(nc, f"STREAM.UPDATE.{EVENTS_STREAM}", {**stands, **wanted})
    except Refused as refusal:
        raise UnfitServer(
            f"The stream {EVENTS_STREAM} exists and cannot be changed to what it must be: {refusal.error.description}."
        ) from refusal


def _unsaid(value: object) -> object:
    """Servers may leave out what is false or zero."""
    return value if value in (False, 0, "none") else None
