"""Events in traces: the span of an append, which the stored events name, and what follows from them as its children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Self

from msgspec.structs import replace

from shared.contracts import registry
from shared.contracts.events import Event
from shared.contracts.subjects import EVENTS_STREAM
from shared.eventstore.port import Commit, Metadata, StreamName
from shared.telemetry.trace_commands import SYSTEM
from shared.telemetry.trace_context import TRACEPARENT, Belonging, read
from shared.telemetry.tracing import NOTHING, Span, Value, here_or, record, span, tracing


class AppendSpan:
    """`with AppendSpan(stream, events, metadata) as it:` - the span "append <category>"; `it.metadata` names it, so
    that whatever reacts to the events hangs below it. Not recorded, it leaves the metadata as they are."""

    __slots__ = ("_events", "_span", "_stream", "metadata")

    def __init__(self, stream: StreamName, events: Sequence[Event], metadata: Metadata) -> None:
        self._stream, self._events, self.metadata = stream, events, metadata
        self._span: Span = span(f"append {stream.category}", "producer", here_or(metadata.traceparent))

    def __enter__(self) -> Self:
        self._span.__enter__()
        if self._span.recording:
            self.metadata = replace(self.metadata, traceparent=TRACEPARENT.get())
            self._span.note(_attributes(self._stream, self._events, self.metadata, "send", "append"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: object) -> None:
        self._span.__exit__(kind, error, where)

    def stored(self, version: int, position: int) -> None:
        """Where the events are."""
        if self._span.recording:
            self._span.note({"talewright.version": version, "talewright.position": position})


class Reaction:
    """What the process does because of an event: in a span of its own, below that event's and with its correlation."""

    __slots__ = ("_belonging", "_span")

    def __init__(self, name: str, cause: Metadata | None, told: Callable[[], dict[str, Value]]) -> None:
        traceparent, correlation_id = (cause.traceparent, cause.correlation_id) if cause else ("", "")
        self._belonging = Belonging(traceparent, correlation_id)
        self._span = span(name, "consumer", traceparent, told()) if tracing() else NOTHING

    def __enter__(self) -> None:
        self._belonging.__enter__()
        self._span.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: object) -> None:
        self._span.__exit__(kind, error, where)
        self._belonging.__exit__()


def reacting(commit: Commit, commands: int) -> Reaction:
    """`with` it: the commands that follow from a commit are sent, in the span "react <event>"."""

    def told() -> dict[str, Value]:
        found = _attributes(commit.stream, commit.events, commit.metadata, "process", "react")
        return {**found, "talewright.position": commit.position, "talewright.commands": commands}

    return Reaction(f"react {registry.type_of(commit.events[0])}", commit.metadata, told)


def resuming(key: tuple[str, str], cause: Metadata | None, commands: int) -> Reaction:
    """`with` it: the commands that a task (owner, id) is still owed are sent again, in the span "resume task"."""

    def told() -> dict[str, Value]:
        return {"talewright.owner": key[0], "talewright.task": key[1], "talewright.commands": commands}

    return Reaction("resume task", cause, told)


def shown(commits: Iterable[Commit], times_ns: tuple[int, int], generation: int) -> None:
    """A span "project <category>" for each commit that the views show now, if somebody records its trace. `times_ns`
    are when writing began, and when readers were told."""
    if not tracing():
        return
    for commit in commits:
        metadata = commit.metadata
        ids = read(metadata.traceparent)
        if ids is not None and ids.sampled:
            told = _attributes(commit.stream, commit.events, metadata, "process", "project")
            told["talewright.position"] = commit.position
            told["talewright.generation"] = generation
            told["talewright.shown_after_ms"] = times_ns[1] // 1_000_000 - metadata.time_ms
            record(f"project {commit.stream.category}", "consumer", metadata.traceparent, times_ns, told)


def _attributes(
    stream: StreamName, events: Sequence[Event], metadata: Metadata, operation: str, name: str
) -> dict[str, Value]:
    """What traces tell of a commit: its kinds and its place. Streams of projects are named by users: not told."""
    found: dict[str, Value] = {
        "messaging.system": SYSTEM,
        "messaging.operation.type": operation,
        "messaging.operation.name": name,
        "messaging.destination.name": EVENTS_STREAM,
        "messaging.message.id": metadata.event_id,
        "talewright.events": tuple(registry.type_of(event) for event in events),
        "talewright.owner": stream.owner,
    }
    if metadata.correlation_id:
        found["messaging.message.conversation_id"] = metadata.correlation_id
    if stream.category in ("task", "job"):
        found["talewright.task"] = stream.id.partition(".")[0]
    if stream.category == "job":
        found["talewright.job"] = stream.id
    return found
