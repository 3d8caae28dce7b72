"""`tw.auth.<verb>` on the bus: bytes in, a handler in a thread, bytes out. Whatever happens, there is an answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import msgspec
from faststream.nats import NatsBroker, NatsMessage

from services.auth.handlers import Auth
from shared.contracts import accounts as wire
from shared.contracts.accounts import AuthReply, Exchange, Reissue
from shared.contracts.commands import Problem
from shared.contracts.subjects import AUTH
from shared.errors import Invalid, TalewrightError, Unavailable
from shared.telemetry.metrics_measure import authenticated
from shared.telemetry.tracing import note

log = logging.getLogger("talewright.auth")

QUEUE = "auth"
_IN_HAND = 256
"""Requests of a verb taken from the bus at once; the threads of its pool do them a few at a time. Only what is in hand
is waited for when the service stops, so the line forms here and not in FastStream's queue."""
_ENCODE = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: what it takes, who handles it, whether it hashes a password, whether it may owe an audit fact."""

    name: str
    request: type[msgspec.Struct]
    handler: Callable[[Auth, Any], AuthReply]
    hashes: bool = False
    audited: bool = False


VERBS = (
    Verb("register", wire.Register, Auth.register, hashes=True, audited=True),
    Verb("login", wire.Login, Auth.login, hashes=True),
    Verb("refresh", wire.Refresh, Auth.refresh, audited=True),
    Verb("logout", wire.Logout, Auth.logout),
    Verb("account", wire.AccountById, Auth.account),
    Verb("keys", wire.PublicKeysWanted, Auth.keys),
    Verb("reissue", Reissue, Auth.reissue),
    Verb("exchange", Exchange, Auth.exchange),
)


@dataclass(frozen=True, slots=True)
class Pools:
    """Threads: `hashing` bounds the dear work, so that a storm of logins leaves `quick` verbs quick."""

    hashing: ThreadPoolExecutor
    quick: ThreadPoolExecutor

    def close(self) -> None:
        """Waits for what runs."""
        self.hashing.shutdown()
        self.quick.shutdown()


def subscribe(broker: NatsBroker, auth: Auth, pools: Pools, audit_owed: Callable[[], None]) -> None:
    """Answers all verbs. Replicas share the work as one queue group. `audit_owed` is told when a fact may be owed."""
    for verb in VERBS:
        pool = pools.hashing if verb.hashes else pools.quick
        answer = answering(verb, auth, pool, audit_owed)
        broker.subscriber(
            f"{AUTH}.{verb.name}",
            queue=QUEUE,
            decoder=_as_bytes,
            max_workers=_IN_HAND,
            title=f"auth.{verb.name}",
            description=(verb.handler.__doc__ or "").strip(),
        )(answer)


def answering(
    verb: Verb, auth: Auth, pool: ThreadPoolExecutor, audit_owed: Callable[[], None]
) -> Callable[[bytes], Awaitable[bytes]]:
    """The consumer of one verb."""
    decoder = msgspec.json.Decoder(verb.request)

    def work(body: bytes) -> tuple[bytes, str]:
        reply = _reply(verb, auth, decoder, body)
        return _ENCODE(reply), _outcome(reply)

    async def answer(body: bytes) -> bytes:
        begun_s = perf_counter()
        inside = copy_context()  # what is logged in the thread belongs to this request
        reply, outcome = await asyncio.get_running_loop().run_in_executor(pool, inside.run, work, body)
        authenticated(verb.name, outcome, begun_s)
        note({"talewright.outcome": outcome})
        if verb.audited:
            audit_owed()
        return reply

    answer.__name__ = verb.name
    return answer


def _reply(verb: Verb, auth: Auth, decoder: msgspec.json.Decoder[Any], body: bytes) -> AuthReply:
    try:
        return verb.handler(auth, decoder.decode(body))
    except msgspec.MsgspecError as error:  # it names the field and the types, not the value
        return AuthReply(problem=Problem(Invalid.code, str(error)))
    except TalewrightError as refusal:
        if isinstance(refusal, Unavailable):
            log.warning("auth %s must wait: %s", verb.name, refusal.__cause__ or refusal)
        return AuthReply(problem=Problem(refusal.code, refusal.message))
    except Exception:
        log.exception("auth %s failed", verb.name)
        return AuthReply(problem=Problem(Unavailable.code, "Accounts cannot be reached; try again later."))


def _outcome(reply: AuthReply) -> str:
    if reply.problem is None:
        return "done"
    return Unavailable.code if reply.problem.code == Unavailable.code else "rejected"


async def _as_bytes(message: NatsMessage) -> bytes:
    """The body as it came: without a content type FastStream would guess."""
    return message.body
