"""Commands over a real server: asked and answered, queued once, retried, given up, buried and replayed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig

from shared.bus.commands import CommandClient, JobQueue, accepted
from shared.bus.consume import Consumer, heartbeat
from shared.bus.deadletters import dead_letters, replay
from shared.bus.service import make_broker, take_commands
from shared.bus.streams import MEDIA_CONSUMER, TASKS_CONSUMER, prepare_streams
from shared.contracts import commands as c
from shared.contracts.jobs import JobRef
from shared.contracts.subjects import COMMANDS_STREAM, MEDIA_COMMANDS, TASKS_COMMANDS
from shared.contracts.values import Brief
from shared.errors import Invalid, NotFound, OutOfOrder, Unavailable
from shared.settings import Settings
from talewright.embedded.nats_server import NatsServer

Handler = Callable[[c.Command, Msg], Awaitable[c.Reply]]
Take = Callable[..., Awaitable[None]]

ASKED = c.RequestSegment(owner="7", task="1", segment=2)
JOB = c.RunJob(
    job=JobRef(owner="7", task="1", segment=1, run=1, kind="write_story"), attempt=1, items=1, brief=Brief(topic="x")
)


@pytest.fixture
async def take(nc: Client, nats_server: NatsServer) -> AsyncIterator[Take]:
    """Starts a consumer of tasks' or media's commands around a handler."""
    await prepare_streams(nc)
    settings = Settings(nats_url=nats_server.url, nats_token=nats_server.token or "")
    brokers = []

    async def start(handler: Handler, *, media: bool = False, workers: int = 4, **more: object) -> None:
        broker = make_broker(settings, "test", drain_s=0.2)
        kind = c.RunJob if media else c.TasksCommand
        decoder = msgspec.json.Decoder(kind)  # type: ignore[var-annotated]
        consumer = Consumer(service="test", decoder=decoder, handler=handler, **{"delays_s": (0.05, 0.05), **more})
        durable, subject = (MEDIA_CONSUMER, MEDIA_COMMANDS) if media else (TASKS_CONSUMER, TASKS_COMMANDS)
        take_commands(broker, nc, durable, subject, consumer, workers)
        brokers.append(broker)
        await broker.start()

    yield start
    for broker in brokers:
        await broker.stop()


async def queued(nc: Client) -> int:
    return (await nc.jetstream().stream_info(COMMANDS_STREAM)).state.messages


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def test_an_answer_comes_back_and_the_queue_is_empty(nc: Client, take: Take) -> None:
    async def handler(command: c.Command, message: Msg) -> c.Reply:
        assert command == ASKED
        return c.Reply(position=42)

    await take(handler)
    client = CommandClient(nc)
    replies = await asyncio.gather(*(client.ask(ASKED, command_id=f"id{n}") for n in range(20)))
    assert {reply.position for reply in replies} == {42}

    async def empty() -> bool:
        return await queued(nc) == 0

    await until(empty)


async def test_a_refusal_comes_back_as_the_error_it_was(nc: Client, take: Take) -> None:
    async def handler(command: c.Command, message: Msg) -> c.Reply:
        raise OutOfOrder("Segment cannot be executed out of order")

    await take(handler)
    reply = await CommandClient(nc).ask(ASKED, command_id="a")
    with pytest.raises(OutOfOrder, match="Segment cannot be executed out of order"):
        accepted(reply)
    assert await dead_letters(nc) == []


async def test_who_asks_the_same_twice_is_answered_twice(nc: Client, take: Take) -> None:
    taken = 0

    async def handler(command: c.Command, message: Msg) -> c.Reply:
        nonlocal taken
        taken += 1
        await asyncio.sleep(0.1)
        return c.Reply(position=42, repeated=taken > 1)

    await take(handler)
    here, elsewhere = CommandClient(nc), CommandClient(nc)
    asked = (client.ask(ASKED, command_id="a", timeout_s=4) for client in (here, here, elsewhere))
    assert [reply.position for reply in await asyncio.gather(*asked)] == [42, 42, 42]
    assert taken == 3


@pytest.mark.parametrize(("code", "kind"), [("invalid", Invalid), ("unavailable", Unavailable)])
def test_problems_have_their_own_errors(code: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="why"):
        accepted(c.Reply(problem=c.Problem(code, "why")))
    assert accepted(c.Reply(position=3)).position == 3


async def test_nobody_answers(nc: Client) -> None:
    with pytest.raises(Unavailable, match="queue does not answer"):  # there is not even a stream
        await CommandClient(nc).ask(ASKED, command_id="a")
    await prepare_streams(nc)
    with pytest.raises(Unavailable, match="tasks service does not answer"):
        await CommandClient(nc).ask(ASKED, command_id="a", timeout_s=0.2)


async def test_a_job_cannot_be_queued_twice(nc: Client) -> None:
    await prepare_streams(nc)
    queue = JobQueue(nc)
    assert await queue.put(JOB)
    assert not await queue.put(JOB)
    assert await queue.put(msgspec.structs.replace(JOB, attempt=2))
    assert await queued(nc) == 2


async def test_a_failing_part_is_retried_and_then_given_up(nc: Client, take: Take) -> None:
    tries, given_up = [], []

    async def handler(command: c.Command, message: Msg) -> c.Reply:
        tries.append(message.metadata.num_delivered)
        raise Unavailable("S3 does not answer.")

    async def give_up(command: c.Command, reason: str) -> None:
        given_up.append((command, reason))

    await take(handler, media=True, give_up=give_up)
    await JobQueue(nc).put(JOB)

    async def buried() -> bool:
        return bool(await dead_letters(nc))

    await until(buried)
    assert tries == [1, 2, 3]
    assert given_up == [(JOB, "S3 does not answer.")]
    letter = (await dead_letters(nc))[0]
    assert (letter.reason, letter.deliveries) == ("S3 does not answer.", 3)
    assert msgspec.json.decode(letter.body, type=c.RunJob) == JOB
    assert await queued(nc) == 0


async def test_a_dead_letter_is_replayed_and_gone(nc: Client, take: Take) -> None:
    healthy = False

    async def handler(command: c.Command, message: Msg) -> c.Reply:
        if not healthy:
            raise RuntimeError("a bug")
        return c.Reply(position=1)

    await take(handler, media=True)
    await JobQueue(nc).put(JOB)

    async def buried() -> bool:
        return bool(await dead_letters(nc))

    await until(buried)
    letter = (await dead_letters(nc))[0]
    assert letter.reason == "Internal error (RuntimeError)."
    healthy = True
    await replay(nc, letter.sequence)
    assert await dead_letters(nc) == []

    async def empty() -> bool:
        return await queued(nc) == 0

    await until(empty)
    with pytest.raises(NotFound):
        await replay(nc, letter.sequence)


async def test_what_nobody_can_read_is_buried_at_once(nc: Client, take: Take) -> None:
    async def handler(command: c.Command, message: Msg) -> c.Reply:
        raise AssertionError("never called")

    await take(handler, media=True)
    await nc.jetstream().publish(f"{MEDIA_COMMANDS}.x", b'{"command":"run-job","job":3}')

    async def buried() -> bool:
        return bool(await dead_letters(nc))

    await until(buried)
    assert (await dead_letters(nc))[0].reason.startswith("Undecodable")


async def test_a_command_in_hand_at_shutdown_is_handed_back(nc: Client, nats_server: NatsServer, take: Take) -> None:
    taken = asyncio.Event()

    async def endless(command: c.Command, message: Msg) -> c.Reply:
        taken.set()
        await asyncio.sleep(60)
        return c.Reply()

    settings = Settings(nats_url=nats_server.url, nats_token=nats_server.token or "")
    broker = make_broker(settings, "stopping", drain_s=0.1)
    consumer = Consumer(service="stopping", decoder=msgspec.json.Decoder(c.RunJob), handler=endless)
    take_commands(broker, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, consumer, workers=1)
    await broker.start()
    await JobQueue(nc).put(JOB)
    await taken.wait()
    await broker.stop()

    done = asyncio.Event()

    async def quick(command: c.Command, message: Msg) -> c.Reply:
        assert message.metadata.num_delivered == 2
        done.set()
        return c.Reply()

    await take(quick, media=True)
    await asyncio.wait_for(done.wait(), 2)  # far sooner than the six seconds after which the server would notice


async def test_a_poisonous_command_is_not_handled_for_ever(nc: Client, take: Take) -> None:
    """A command that killed its worker each time comes with a high count, and is given up unhandled."""
    js = nc.jetstream()
    await prepare_streams(nc)
    await JobQueue(nc).put(JOB)
    subscription = await js.pull_subscribe_bind(MEDIA_CONSUMER, COMMANDS_STREAM)
    for _ in range(3):
        await (await subscription.fetch(1, timeout=2))[0].nak()
    given_up = []

    async def handler(command: c.Command, message: Msg) -> c.Reply:
        raise AssertionError("never called")

    async def give_up(command: c.Command, reason: str) -> None:
        given_up.append(reason)

    await take(handler, media=True, give_up=give_up)

    async def buried() -> bool:
        return bool(await dead_letters(nc))

    await until(buried)
    assert given_up == ["The worker stopped each time it tried this."]


async def test_a_long_job_keeps_its_message(nc: Client) -> None:
    """Twice the time after which the server gives a silent worker's message to another: one delivery."""
    await prepare_streams(nc)
    js = nc.jetstream()
    await js.delete_consumer(COMMANDS_STREAM, MEDIA_CONSUMER)
    await js.add_consumer(
        COMMANDS_STREAM, ConsumerConfig(durable_name=MEDIA_CONSUMER, filter_subject=f"{MEDIA_COMMANDS}.>", ack_wait=0.4)
    )
    await JobQueue(nc).put(JOB)
    subscription = await js.pull_subscribe_bind(MEDIA_CONSUMER, COMMANDS_STREAM)
    message = (await subscription.fetch(1, timeout=2))[0]
    with heartbeat(message, every_s=0.1), pytest.raises(nats.errors.TimeoutError):
        await subscription.fetch(1, timeout=0.9)
    again = (await subscription.fetch(1, timeout=2))[0]  # silent now: it goes to another
    assert again.metadata.num_delivered == 2


class Closed(Unavailable):
    """Closed for a while."""

    delay_s = 0.6


async def test_a_part_that_asks_to_be_left_alone_is(nc: Client, take: Take) -> None:
    tried: list[float] = []

    async def handler(_: c.Command, __: Msg) -> c.Reply:
        tried.append(asyncio.get_running_loop().time())
        if len(tried) == 1:
            raise Closed
        return c.Reply()

    await take(handler, media=True)
    await JobQueue(nc).put(JOB)
    async with asyncio.timeout(10):
        while len(tried) < 2 or await queued(nc):
            await asyncio.sleep(0.02)
    assert tried[1] - tried[0] >= 0.55
