"""Messages and commits are the same thing, by the quick way and the general one."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Undecodable
from shared.eventstore import envelope, quick
from shared.eventstore.port import Commit, Metadata
from tests.contracts.samples import SAMPLES
from tests.eventstore.make import asked, meta, stream

_TEXT = st.one_of(
    st.just(""), st.from_regex(r"[A-Za-z0-9/:_-]{1,30}", fullmatch=True), st.text(st.characters(codec="utf-8"))
)
_METADATA = st.builds(
    Metadata,
    event_id=_TEXT.filter(bool),
    time_ms=st.integers(0, 4_000_000_000_000),
    source=_TEXT.filter(lambda text: text != "talewright"),
    correlation_id=_TEXT,
    causation_id=_TEXT,
    traceparent=_TEXT,
)  # fmt: skip
_EVENTS = st.lists(st.sampled_from(list(SAMPLES.values())), min_size=1, max_size=3).map(tuple)


def block(headers: dict[str, str], *added: str) -> bytes:
    """The headers as the server hands them out."""
    lines = ["NATS/1.0", *(f"{name}: {value}" for name, value in headers.items()), *added]
    return "".join(line + "\r\n" for line in [*lines, ""]).encode()


@given(_EVENTS, _METADATA)
def test_every_commit_survives_both_ways(events, metadata):
    headers, body = envelope.encode(stream(), events, metadata)
    expected = Commit(stream=stream(), version=4, position=9, events=events, metadata=metadata)
    subject = "tw.events.task.ann.t1.4"
    stored = headers | {"Nats-Expected-Last-Subject-Sequence": "0"}
    found = ["Nats-Stream: EVENTS", f"Nats-Subject: {subject}", "Nats-Sequence: 9", "Nats-Num-Pending: 0"]
    assert envelope.decode(subject, 9, stored, body) == expected
    assert quick.decode(block(stored), body, subject, 9) == expected
    assert quick.decode(block(stored, *found), body) == expected


@given(_METADATA)
def test_no_value_breaks_out_of_its_header(metadata):
    headers, _ = envelope.encode(stream(), (asked(),), metadata)
    for value in headers.values():
        assert value.isascii()
        assert value.isprintable()
        assert value == value.strip()


def test_headers_in_another_order_are_understood():
    headers, body = envelope.encode(
        stream(), (asked(),), metadata := Metadata(event_id="e", time_ms=5, correlation_id="c")
    )
    backwards = dict(reversed(headers.items())) | {"x-foreign": "yes"}
    commit = quick.decode(block(backwards), body, "tw.events.task.ann.t1.1", 1)
    assert (commit.metadata, commit.events) == (metadata, (asked(),))


def test_a_batch_names_every_event():
    headers, body = envelope.encode(stream(), (asked(1), asked(2)), meta("e"))
    assert headers["Nats-Msg-Id"] == "e"
    assert [item["id"] for item in msgspec.json.decode(body)] == ["e.1", "e.2"]


@pytest.mark.parametrize(
    "headers",
    [
        b"", b"NATS/1.0\r\n\r\n", b"NATS/1.0\r\nno colon\r\n\r\n", b"NATS/1.0\r\nce-type: \xff\xfe\r\n\r\n",
        b"NATS/1.0\r\nce-type: task.deleted\r\nce-schemaversion: one\r\n\r\n",
        b"NATS/1.0\r\nce-type: task.deleted\r\nce-schemaversion: 1\r\n\r\n",
    ],
)  # fmt: skip
def test_headers_of_something_else_are_undecodable(headers: bytes):
    with pytest.raises(Undecodable, match="Position 7"):
        quick.decode(headers, b"{}", "tw.events.task.ann.t1.1", 7)


@pytest.mark.parametrize(
    "changed",
    [{"ce-type": "task.exploded"}, {"ce-time": "noon"}, {"ce-schemaversion": "2"}, {"ce-type": "task.created"}],
    ids=repr,
)
def test_our_layout_with_wrong_values_is_undecodable(changed: dict[str, str]):
    headers, body = envelope.encode(stream(), (asked(),), meta("e"))
    with pytest.raises(Undecodable, match="Position 7"):
        quick.decode(block(headers | changed), body, "tw.events.task.ann.t1.1", 7)
