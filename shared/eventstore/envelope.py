"""A commit as one NATS message and back.

One event travels as CloudEvents 1.0 in binary mode: attributes in headers, the data alone in the body. Several events
of one decision travel as a CloudEvents batch: a JSON list in the body, attributes in each item. `Nats-Msg-Id` is
the commit's event id either way. Pure: bytes and mappings in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote

import msgspec

from shared.contracts import registry
from shared.contracts.events import Event
from shared.errors import Undecodable
from shared.eventstore import names
from shared.eventstore.port import Commit, Metadata, StreamName

MESSAGE_ID = "Nats-Msg-Id"
SINGLE = "application/json"
BATCH = "application/cloudevents-batch+json"
NO_HEADERS = b"NATS/1.0\r\n\r\n"
_UNSAID_SOURCE = "talewright"
"""CloudEvents wants a source; this one stands for none."""

_PLAIN_RE = re.compile(r"[!#$&-~]*")
"""Text that needs no escape in a header: no blank, quote, percent sign, control character or anything beyond ASCII."""


class _Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of a batch in CloudEvents' JSON format."""

    specversion: str
    id: str
    type: str
    source: str
    time: str
    subject: str
    schemaversion: int
    datacontenttype: str = ""
    correlationid: str = ""
    causationid: str = ""
    traceparent: str = ""
    data: msgspec.Raw = msgspec.Raw()


_ENCODER = msgspec.json.Encoder()
_BATCH_DECODER = msgspec.json.Decoder(list[_Item])


def encode(stream: StreamName, events: Sequence[Event], metadata: Metadata) -> tuple[dict[str, str], bytes]:
    """Headers and body of a commit."""
    if len(events) == 1:
        return _single_headers(stream, events[0], metadata), registry.encode(events[0])
    items = [_item(stream, event, metadata, number) for number, event in enumerate(events, 1)]
    headers = {MESSAGE_ID: message_id(metadata), "content-type": BATCH}
    if metadata.traceparent:
        headers["traceparent"] = escape(metadata.traceparent)
    return headers, _ENCODER.encode(items)


def message_id(metadata: Metadata) -> str:
    """The event id as it stands in a header."""
    return escape(metadata.event_id)


def decode(subject: str, position: int, headers: Mapping[str, str], body: bytes) -> Commit:
    """The commit in a stored message, its events in their newest shape. Raises `Undecodable` naming the position."""
    try:
        stream, version = names.parse(subject)
        if headers.get("content-type") == BATCH:
            events, metadata = _read_batch(headers, body)
        else:
            kind, schema = headers["ce-type"], int(headers["ce-schemaversion"])
            events, metadata = (registry.decode(kind, schema, body),), _read_metadata(headers)
    except Undecodable as error:
        raise Undecodable(f"Position {position} ({subject}): {error.message}") from error
    except (KeyError, ValueError, msgspec.MsgspecError) as error:
        raise Undecodable(f"Position {position} ({subject}): not an event's envelope: {error!r}") from error
    return Commit(stream=stream, version=version, position=position, events=events, metadata=metadata)


def parse_headers(block: bytes) -> dict[str, str]:
    """The headers in a NATS header block (`NATS/1.0\\r\\nname: value\\r\\n...\\r\\n\\r\\n`).

    Raises `ValueError` for a malformed one.
    """
    lines = block.decode().split("\r\n")
    return dict([line.split(": ", 1) for line in lines[1:-2]])


def escape(value: str) -> str:
    """Percent-encodes what may not stand in a header's value, as the CloudEvents bindings ask for."""
    return value if _PLAIN_RE.fullmatch(value) else quote(value, safe="!#$&'()*+,/:;=?@[]~")


def said(source: str) -> str:
    """The metadata's source for a CloudEvent's."""
    return "" if source == _UNSAID_SOURCE else source


def _single_headers(stream: StreamName, event: Event, metadata: Metadata) -> dict[str, str]:
    kind = registry.type_of(event)
    headers = {
        MESSAGE_ID: message_id(metadata),
        "content-type": SINGLE,
        "ce-specversion": "1.0",
        "ce-id": message_id(metadata),
        "ce-type": kind,
        "ce-source": escape(metadata.source) or _UNSAID_SOURCE,
        "ce-time": _rfc3339(metadata.time_ms),
        "ce-subject": f"{stream.owner}.{stream.id}",
        "ce-schemaversion": str(registry.SCHEMA_VERSIONS[kind]),
    }
    if metadata.correlation_id:
        headers["ce-correlationid"] = escape(metadata.correlation_id)
    if metadata.causation_id:
        headers["ce-causationid"] = escape(metadata.causation_id)
    if metadata.traceparent:
        headers["traceparent"] = escape(metadata.traceparent)
    return headers


def _read_metadata(headers: Mapping[str, str]) -> Metadata:
    get = headers.get
    return Metadata(
        event_id=_unescape(headers["ce-id"]),
        time_ms=time_ms(headers["ce-time"]),
        source=_unescape(said(headers["ce-source"])),
        correlation_id=_unescape(get("ce-correlationid", "")),
        causation_id=_unescape(get("ce-causationid", "")),
        traceparent=_unescape(get("traceparent", "")),
    )


def _item(stream: StreamName, event: Event, metadata: Metadata, number: int) -> _Item:
    kind = registry.type_of(event)
    return _Item(
        specversion="1.0",
        id=f"{metadata.event_id}.{number}",
        type=kind,
        source=metadata.source or _UNSAID_SOURCE,
        time=_rfc3339(metadata.time_ms),
        subject=f"{stream.owner}.{stream.id}",
        schemaversion=registry.SCHEMA_VERSIONS[kind],
        datacontenttype=SINGLE,
        correlationid=metadata.correlation_id,
        causationid=metadata.causation_id,
        traceparent=metadata.traceparent,
        data=msgspec.Raw(registry.encode(event)),
    )


def _read_batch(headers: Mapping[str, str], body: bytes) -> tuple[tuple[Event, ...], Metadata]:
    items = _BATCH_DECODER.decode(body)
    if not items:
        raise Undecodable("A batch without events.")
    first = items[0]
    metadata = Metadata(
        event_id=_unescape(headers[MESSAGE_ID]),
        time_ms=time_ms(first.time),
        source=said(first.source),
        correlation_id=first.correlationid,
        causation_id=first.causationid,
        traceparent=first.traceparent,
    )
    return tuple(registry.decode(item.type, item.schemaversion, item.data) for item in items), metadata


def _unescape(value: str) -> str:
    return unquote(value) if "%" in value else value


def _rfc3339(time_ms: int) -> str:
    seconds, milliseconds = divmod(time_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def time_ms(time: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 time. Raises `ValueError`."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)
