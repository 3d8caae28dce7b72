"""Single questions to the stream's leader, whose answers are never behind."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from typing import NamedTuple

import msgspec
from nats.aio.client import Client

from shared.contracts.subjects import EVENTS_ALL, EVENTS_STREAM
from shared.eventstore.api import NO_MESSAGE, Refused, ask
from shared.eventstore.envelope import MESSAGE_ID, parse_headers


class Stored(NamedTuple):
    """What identifies a stored message."""

    subject: str
    position: int
    message_id: str


async def message_on(nc: Client, subject: str) -> Stored | None:
    """The newest message on a subject, None if there is none. Raises `Unavailable`."""
    return await _message(nc, {"last_by_subj": subject})


async def message_at(nc: Client, position: int) -> Stored | None:
    """The message at a position, None if there is none. Raises `Unavailable`."""
    return await _message(nc, {"seq": position})


async def last_position(nc: Client) -> int:
    """The newest position, 0 for an empty stream. Raises `Unavailable`."""
    return int((await ask(nc, f"STREAM.INFO.{EVENTS_STREAM}"))["state"]["last_seq"])


async def stored_after(nc: Client, position: int) -> int | None:
    """When the first message after a position was stored, in ms since 1970; None if there is none.

    Raises `Unavailable`.
    """
    try:
        request = {"seq": position + 1, "next_by_subj": EVENTS_ALL}
        message = (await ask(nc, f"STREAM.MSG.GET.{EVENTS_STREAM}", request))["message"]
    except Refused as refusal:
        if refusal.error.err_code == NO_MESSAGE:
            return None
        raise
    return round(msgspec.convert(message["time"], datetime).timestamp() * 1000)


async def subjects(nc: Client, subject_filter: str) -> set[str]:
    """Every stored subject that passes a filter. Raises `Unavailable`."""
    found: set[str] = set()
    while True:
        request = {"subjects_filter": subject_filter, "offset": len(found)}
        answer = await ask(nc, f"STREAM.INFO.{EVENTS_STREAM}", request)
        page = answer["state"].get("subjects") or {}
        found |= page.keys()
        if not page or len(found) >= int(answer.get("total", 0)):
            return found


async def _message(nc: Client, request: dict[str, object]) -> Stored | None:
    try:
        message = (await ask(nc, f"STREAM.MSG.GET.{EVENTS_STREAM}", request))["message"]
    except Refused as refusal:
        if refusal.error.err_code == NO_MESSAGE:
            return None
        raise
    headers = parse_headers(b64decode(message.get("hdrs", "")))
    return Stored(message["subject"], int(message["seq"]), headers.get(MESSAGE_ID, ""))
