"""Commands in traces: how they are named, what is told of them, and what surrounds one while it is carried out."""

from __future__ import annotations

from contextvars import Token
from typing import Self

from nats.aio.msg import Msg

from shared.contracts.commands import Command, RunJob
from shared.contracts.subjects import COMMANDS_STREAM
from shared.telemetry.trace_context import (
    CORRELATION_HEADER,
    CORRELATION_ID,
    IN_HAND,
    TRACEPARENT,
    TRACEPARENT_HEADER,
    InHand,
)
from shared.telemetry.tracing import NOTHING, Attributes, Span, Value, span, tracing

SYSTEM = "nats"


def attributes_of(command: Command) -> dict[str, Value]:
    """What traces tell of a command: names and numbers, never what somebody wrote."""
    found: dict[str, Value] = {"talewright.command": type(command).__name__}
    if isinstance(command, RunJob):
        job = command.job
        found |= {
            "talewright.owner": job.owner,
            "talewright.task": job.task,
            "talewright.job": job.stream_id,
            "talewright.job.kind": job.kind,
            "talewright.job.item": job.item,
            "talewright.job.attempt": command.attempt,
            "talewright.segment": job.segment,
        }
        return found
    for name in ("owner", "task", "segment"):
        if (value := getattr(command, name, None)) is not None:
            found[f"talewright.{name}"] = value
    return found


def id_of(command: Command, message: Msg) -> str:
    """A command's id: the last token of its subject, but a job's is its place and its attempt."""
    if isinstance(command, RunJob):
        return f"{command.job.stream_id}.{command.attempt}"
    return message.subject.rpartition(".")[2]


def sending(command: Command, command_id: str) -> Span:
    """The span in which a command is sent, and its answer waited for."""
    if not tracing():
        return NOTHING
    attributes = {
        "messaging.system": SYSTEM,
        "messaging.operation.type": "send",
        "messaging.operation.name": "send",
        "messaging.destination.name": COMMANDS_STREAM,
        "messaging.message.id": command_id,
    }
    return span(f"send {type(command).__name__}", "producer", None, {**attributes, **attributes_of(command)})


class Delivery:
    """`with Delivery(message) as delivery:` - one delivery of a command, its trace, and its name in the log.

    The command belongs to whoever sent it: its span is the child of the span in the message's headers.
    """

    __slots__ = ("_command", "_kept", "_message", "_span")

    def __init__(self, message: Msg) -> None:
        self._message = message
        self._command: Command | None = None

    def __enter__(self) -> Self:
        headers = self._message.headers or {}
        traceparent = headers.get(TRACEPARENT_HEADER, "")
        self._kept: tuple[Token[str], Token[str], Token[InHand | None]] = (
            TRACEPARENT.set(traceparent),
            CORRELATION_ID.set(headers.get(CORRELATION_HEADER, "")),
            IN_HAND.set(self),
        )
        self._span = span("handle a command", "consumer", traceparent)
        self._span.__enter__()
        if self._span.recording:
            self._span.note(self._delivered())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: object) -> None:
        self._span.__exit__(kind, error, where)
        TRACEPARENT.reset(self._kept[0])
        CORRELATION_ID.reset(self._kept[1])
        IN_HAND.reset(self._kept[2])

    def holds(self, command: Command) -> None:
        """It could be read."""
        self._command = command
        if self._span.recording:
            kind = command.job.kind if isinstance(command, RunJob) else ""
            self._span.rename(f"run {kind}" if kind else f"handle {type(command).__name__}")
            self._span.note({"messaging.message.id": id_of(command, self._message), **attributes_of(command)})

    def minds(self, error: BaseException) -> None:
        """An error that is dealt with while it is carried out."""
        self._span.mind(error)

    def ends(self, outcome: str) -> None:
        """What becomes of the message."""
        if self._span.recording:
            self._span.note({"talewright.outcome": outcome})

    def told(self) -> dict[str, str]:
        """See `InHand.told`."""
        command = self._command
        if command is None:
            return {}
        found = {"command": type(command).__name__, "command_id": id_of(command, self._message)}
        if isinstance(command, RunJob):
            return {**found, "task": command.job.task, "job": command.job.stream_id}
        task = getattr(command, "task", "")
        return {**found, "task": task} if task else found

    def _delivered(self) -> Attributes:
        metadata = self._message.metadata
        return {
            "messaging.system": SYSTEM,
            "messaging.operation.type": "process",
            "messaging.operation.name": "handle",
            "messaging.destination.name": metadata.stream,
            "messaging.consumer.group.name": metadata.consumer,
            "messaging.message.body.size": len(self._message.data),
            "talewright.delivery": metadata.num_delivered,
        }
