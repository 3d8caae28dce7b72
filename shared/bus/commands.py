"""Sending commands: one that is answered (the gateway's), and one that is only queued (the process's)."""

from __future__ import annotations

import asyncio
import itertools

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.contracts.commands import Reply, RunJob, TasksCommand
from shared.contracts.subjects import MEDIA_COMMANDS, TASKS_COMMANDS
from shared.errors import REJECTIONS, ConcurrencyConflict, OverBudget, Rejected, TalewrightError, Unavailable

_ENCODER = msgspec.json.Encoder()
_REPLY = msgspec.json.Decoder(Reply)
_AGAIN_S = 0.05
_ALREADY_QUEUED = (10077, 10120)  # "maximum messages exceeded", with and without "per subject"

REPLY_TO = "reply_to"
"""The header in which FastStream finds where an answer goes when a message came through a stream."""


class _Ack(msgspec.Struct):
    error: dict[str, int | str] | None = None


async def enqueue(nc: Client, subject: str, body: bytes, headers: dict[str, str], timeout_s: float) -> bool:
    """Puts a command into the queue; False if it is in it already. Raises `Unavailable` if that is unknown."""
    try:
        answer = await nc.request(subject, body, timeout=timeout_s, headers=headers)
        error = msgspec.json.decode(answer.data, type=_Ack).error
    except (NatsError, TimeoutError, OSError, msgspec.MsgspecError) as problem:
        raise Unavailable(f"The command queue does not answer ({type(problem).__name__}).") from problem
    if error is None:
        return True
    if error.get("err_code") in _ALREADY_QUEUED:
        return False
    raise Unavailable(f"The command queue refuses: {error.get('description')}.")


def job_subject(command: RunJob) -> str:
    """One subject per attempt at a job: while it is queued, the same cannot be queued again."""
    return f"{MEDIA_COMMANDS}.{command.job.owner}.{command.job.stream_id}.{command.attempt}"


class JobQueue:
    """Queues media commands."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc

    async def put(self, command: RunJob, headers: dict[str, str] | None = None, timeout_s: float = 5.0) -> bool:
        """False if this very attempt is queued or in hand already."""
        body = _ENCODER.encode(command)
        return await enqueue(self._nc, job_subject(command), body, headers or {}, timeout_s)


class CommandClient:
    """Asks the tasks service and waits for its answer, over one inbox for all requests of this process."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._inbox = ""
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._numbers = itertools.count()

    async def ask(
        self, command: TasksCommand, *, command_id: str, timeout_s: float = 5.0, headers: dict[str, str] | None = None
    ) -> Reply:
        """The answer, which may carry a problem. Raises `Unavailable` if none comes: the command may still be done,
        and asking again with the same command is harmless."""
        await self._listen()
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        number = str(next(self._numbers))  # not the command's id: the same may be asked by two at a time
        self._waiting[number] = future
        sent = {**(headers or {}), REPLY_TO: f"{self._inbox}.{number}"}
        try:
            async with asyncio.timeout(timeout_s):
                subject, body = f"{TASKS_COMMANDS}.{command_id}", _ENCODER.encode(command)
                while not await enqueue(self._nc, subject, body, sent, timeout_s):
                    # The same is in hand, and its answer may go to another: ours comes when ours is taken, too.
                    if (await asyncio.wait({future}, timeout=_AGAIN_S))[0]:
                        break
                return await future
        except TimeoutError as error:
            raise Unavailable("The tasks service does not answer.") from error
        finally:
            self._waiting.pop(number, None)

    async def _listen(self) -> None:
        if not self._inbox:
            self._inbox = self._nc.new_inbox()
            await self._nc.subscribe(f"{self._inbox}.*", cb=self._take)

    async def _take(self, message: Msg) -> None:
        future = self._waiting.get(message.subject.rsplit(".", 1)[1])
        if future and not future.done():
            future.set_result(_REPLY.decode(message.data))


def accepted(reply: Reply) -> Reply:
    """The reply itself, or the refusal it carries, raised as the error it was."""
    if reply.problem is None:
        return reply
    if reply.problem.code == OverBudget.code:
        raise OverBudget(reply.problem.message, reply.problem.quote)
    kinds: dict[str, type[TalewrightError]] = {
        **REJECTIONS,
        "conflict": ConcurrencyConflict,
        "unavailable": Unavailable,
    }
    raise kinds.get(reply.problem.code, Rejected)(reply.problem.message)
