"""The tasks service and a media worker over a real server: a story from command to rows, and what goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Engine

from services.media.adapters.nats_teller import NatsTeller
from services.media.handlers import Shop
from services.media.subscribers import media_consumer
from services.tasks import bootstrap
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_lists import SqlOldPreviews, SqlOpenTasks
from services.tasks.adapters.sql_views import SqlViews
from services.tasks.expiry import Expiry
from services.tasks.manager import ProcessManager
from services.tasks.rebuild import rebuild, verify
from services.tasks.settings import TasksSettings
from shared.artifacts.memory import MemoryArtifactStore
from shared.bus.commands import CommandClient, accepted
from shared.bus.service import make_broker, take_commands
from shared.bus.streams import MEDIA_CONSUMER
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.subjects import MEDIA_COMMANDS
from shared.contracts.values import Brief
from shared.contracts.workflow import STORY
from shared.errors import Invalid, NotFound, OutOfOrder, Rejected, Unavailable
from shared.eventstore.jetstream import JetStreamEventStore
from shared.readmodel import database
from shared.settings import S3Settings
from talewright.embedded.nats_server import NatsServer
from tests.studio import PAGES, TinyStudio

ME = "7"


@dataclass
class House:
    """A running tasks service and media worker, and what a gateway would do with them."""

    client: CommandClient
    store: JetStreamEventStore
    engine: Engine
    artifacts: MemoryArtifactStore
    tiny: TinyStudio
    asked: int = 0

    async def ask(self, command: Any, command_id: str = "") -> c.Reply:
        self.asked += 1
        return accepted(await self.client.ask(command, command_id=command_id or f"command-{self.asked}"))

    async def create(self, task: str = "1", auto: bool = False) -> c.Reply:
        brief = Brief(topic="Magnet Mania", main_role="Penny")
        return await self.ask(c.CreateTask(owner=ME, task=task, surface="stories", brief=brief, auto=auto))

    async def request(self, segment: int, redo: bool = False, task: str = "1") -> c.Reply:
        return await self.ask(c.RequestSegment(owner=ME, task=task, segment=segment, redo=redo))

    def views(self) -> SqlViews:
        with self.engine.connect() as connection:
            return SqlViews(self.engine, database.live_generation(connection))

    def row(self, task: str = "1") -> dict[str, Any]:
        rows = self.views().load_tasks([(ME, task)])[ME, task]
        return rows.task or {}

    async def until(self, task: str = "1", seconds: float = 15, **columns: Any) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                row = self.row(task)
                if row and all(row[name] == value for name, value in columns.items()):
                    return row
                await asyncio.sleep(0.02)

    async def run_segment(self, segment: int) -> None:
        await self.request(segment)
        await self.until(current_segment=segment, running_segment=0)

    async def types(self) -> list[str]:
        commits = await self.store.read(0, await self.store.last_position())
        return [type(event).__name__ for commit in commits for event in commit.events]


@pytest.fixture
async def house(nc: Client, nats_server: NatsServer, s3_settings: S3Settings, sql_url: str) -> AsyncIterator[House]:
    settings = TasksSettings(
        nats_url=nats_server.url,
        nats_token=nats_server.token or "",
        readmodel_url=sql_url,
        auto_migrate="always",
        sweep_every_s=0.5,
        **s3_settings.model_dump(),
    )
    broker, background, _ops = await bootstrap.build(settings)
    engine = database.open_engine(settings.readmodel_url)
    store, artifacts, tiny = JetStreamEventStore(nc), MemoryArtifactStore(), TinyStudio()
    shop = Shop(store, artifacts, tiny.studio(), NatsTeller(nc))
    workers = make_broker(settings, "workers", drain_s=0.2)
    take_commands(workers, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, media_consumer(shop, (0.05, 0.05)), workers=2)
    tasks = [asyncio.ensure_future(work()) for work in background]
    await broker.start()
    await workers.start()
    yield House(CommandClient(nc), store, engine, artifacts, tiny)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await broker.stop()
    await workers.stop()
    engine.dispose()


async def test_a_story_from_command_to_rows(house: House) -> None:
    await house.create()
    for segment in range(1, 6):
        await house.run_segment(segment)
    row = house.row()
    assert (row["status"], row["progress"], row["pages"], row["title"]) == ("completed", 1.0, PAGES, "Magnet Mania")
    artifacts = house.views().load_tasks([(ME, "1")])[ME, "1"].artifacts
    assert (5, "output.mp4") in artifacts
    assert artifacts[2, "image/p2.png"]["key"] == "users/7/output/images/1/r2/image-p2.png"
    for artifact in artifacts.values():
        assert (await house.artifacts.stat(artifact["key"])).size_bytes == artifact["size_bytes"]


async def test_an_automatic_story_needs_no_asking_and_counts_every_job_once(house: House) -> None:
    await house.create(auto=True)
    await house.until(status="completed")
    types = await house.types()
    assert types.count("JobCompleted") == 1 + PAGES + 1 + PAGES + PAGES + 1 + 1
    assert types.count("SegmentCompleted") == 5
    assert len(house.tiny.done) == types.count("JobCompleted")


async def test_refusals_come_back_and_nothing_is_stored(house: House) -> None:
    with pytest.raises(NotFound, match="Task not found"):
        await house.request(1)
    await house.create()
    before = await house.store.last_position()
    with pytest.raises(OutOfOrder):
        await house.request(2)
    with pytest.raises(Invalid, match="Unknown segment"):
        await house.request(9)
    brief = Brief(topic="x")
    with pytest.raises(Invalid, match="Unknown workflow"):
        await house.ask(c.CreateTask(owner=ME, task="9", surface="stories", brief=brief, workflow="nope"))
    assert await house.store.last_position() == before


async def test_a_command_sent_twice_takes_effect_once(house: House) -> None:
    await house.create()
    create = c.CreateTask(
        owner=ME, task="1", surface="stories", brief=Brief(topic="Magnet Mania", main_role="Penny"), auto=False
    )
    assert (await house.ask(create)).repeated
    assert (await house.types()).count("TaskCreated") == 1


async def test_a_segment_fails_with_a_reason_and_a_retry_does_what_is_missing(house: House) -> None:
    await house.create()
    await house.run_segment(1)
    house.tiny.broken.add("draw")
    await house.request(2)
    row = await house.until(status="failed")
    assert row["error"] == "draw is away"
    house.tiny.broken.clear()
    house.tiny.done.clear()
    await house.request(2)
    await house.until(current_segment=2)
    assert len(house.tiny.done) == PAGES


async def test_work_that_can_never_succeed_is_not_tried_again(house: House) -> None:
    await house.create()
    house.tiny.refused.add("write")
    await house.request(1)
    row = await house.until(status="failed")
    assert row["error"] == "write cannot be done"
    assert (await house.types()).count("JobFailed") == 1


async def test_redo_keeps_the_old_files_apart(house: House) -> None:
    await house.create()
    await house.run_segment(1)
    await house.run_segment(2)
    await house.request(1, redo=True)
    row = await house.until(current_segment=1, status="pending")
    assert row["run"] == 3
    keys = [a["key"] for a in house.views().load_tasks([(ME, "1")])[ME, "1"].artifacts.values()]
    assert keys == ["users/7/output/texts/1/r3/script_data.json"]


async def test_a_deleted_task_leaves_no_files(house: House) -> None:
    await house.create(task="3")
    await house.create(task="33")
    for task in ("3", "33"):
        await house.request(1, task=task)
        await house.until(task=task, current_segment=1)
    await house.ask(c.DeleteTask(owner=ME, task="3"))
    await house.until(task="3", status="deleted", purged=True)
    keys = [stored.key for stored in await house.artifacts.list("users/7/")]
    assert keys == ["users/7/output/texts/33/r1/script_data.json"]


async def test_a_defined_workflow_is_used_by_new_tasks(house: House) -> None:
    await house.ask(c.DefineWorkflow(name="story", segments=STORY.segments[:2]))
    await house.create(auto=True)
    row = await house.until(status="completed")
    assert (row["workflow_version"], len(row["segments"])) == (2, 2)
    await house.ask(c.RemoveWorkflow(name="story"))
    await house.create(task="2")
    assert (await house.until(task="2", status="pending"))["workflow_version"] == 1
    assert house.views().load_rows("workflows", [("story",)])[("story",)]["removed"]


async def test_a_lost_queue_owes_its_jobs_again(house: House, nc: Client) -> None:
    house.tiny.slow_s = 0.3
    await house.create()
    await house.request(1)
    await nc.jetstream().purge_stream("COMMANDS")
    await house.until(current_segment=1)
    assert (await house.types()).count("JobCompleted") == 1


async def test_views_are_verified_and_rebuilt_while_the_old_ones_serve(house: House) -> None:
    await house.create(auto=True)
    await house.until(status="completed")
    told: list[tuple[int, int]] = []
    generations = SqlGenerations(house.engine)
    verdict = await verify(house.store, generations, lambda *at: told.append(at))
    assert verdict.differences == ()
    assert verdict.rows > 10
    assert told[-1][0] == told[-1][1] == verdict.position
    with house.engine.begin() as connection:  # somebody meddles with the rows
        connection.exec_driver_sql("UPDATE tasks_g1 SET title = 'wrong'")
    assert (await verify(house.store, generations, lambda *at: None)).differences == ("tasks 7/1",)
    assert await rebuild(house.store, generations, lambda *at: None) == 2
    assert house.row()["title"] == "Magnet Mania"
    await house.create(task="2")  # the projector has taken up the new generation
    await house.until(task="2", status="pending")
    assert (await verify(house.store, generations, lambda *at: None)).differences == ()


async def test_events_tell_where_they_come_from(house: House) -> None:
    await house.ask(
        c.CreateTask(owner=ME, task="1", surface="stories", brief=Brief(topic="x"), auto=True), command_id="my-command"
    )
    await house.until(status="completed")
    first, *rest = await house.store.read(0, await house.store.last_position())
    assert (first.metadata.source, first.metadata.causation_id) == ("tasks", "my-command")
    assert any(isinstance(commit.events[0], e.JobCompleted) for commit in rest)
    assert {commit.metadata.correlation_id for commit in rest} == {"my-command"}  # of process and jobs, too
    with pytest.raises(Rejected):
        await house.request(1)


async def test_the_process_begins_again_after_a_part_was_away(house: House) -> None:
    """A store that does not answer at the start of the process costs a moment, not the service."""

    class Moody:
        def __init__(self) -> None:
            self.asked = 0

        async def last_position(self) -> int:
            self.asked += 1
            if self.asked == 1:
                raise Unavailable("away")
            return await house.store.last_position()

        def __getattr__(self, name: str) -> Any:
            return getattr(house.store, name)

    class Queue:
        def __init__(self) -> None:
            self.commands: list[c.RunJob] = []

        async def put(self, command: c.RunJob, headers: dict[str, str] | None = None) -> bool:
            self.commands.append(command)
            return True

    store, queue = Moody(), Queue()
    manager = ProcessManager(store, queue, SqlOpenTasks(house.engine), sweep_every_s=60)
    running = asyncio.create_task(manager.run())
    await asyncio.sleep(1.0)
    await house.create()
    await house.request(1)
    async with asyncio.timeout(5):
        while not queue.commands:
            await asyncio.sleep(0.02)
    assert store.asked == 2
    assert queue.commands[0].job.kind == "write_story"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def preview(house: House, task: str) -> None:
    brief, order = Brief(topic="a haunted mansion"), ScreenplayOrder(scene_count=3)
    asked = c.CreateTask(
        owner=ME, task=task, surface="projects", brief=brief, workflow="screenplay", auto=True, order=order
    )
    await house.ask(asked)
    await house.until(task=task, status="completed")


async def test_old_previews_are_deleted_with_their_files_and_nothing_else(house: House) -> None:
    await preview(house, "preview_old")
    await house.create(auto=True)
    await house.until(status="completed")
    now = house.row("preview_old")["created_ms"] + 86_400_000
    expiry = Expiry(house.store, SqlOldPreviews(house.engine), 86_400_000, 60, clock=lambda: now)
    assert await expiry.sweep() == 0
    now += 1
    assert await expiry.sweep() == 1
    assert (await house.until(task="preview_old", purged=True))["status"] == "deleted"
    assert await house.artifacts.list(f"users/{ME}/output/texts/preview_old") == []
    assert await expiry.sweep() == 0
    assert house.row()["status"] == "completed"


async def test_workflows_of_other_surfaces_are_unknown_to_stories(house: House) -> None:
    for name in ("session", "screenplay"):
        command = c.CreateTask(owner=ME, task="9", surface="stories", brief=Brief(topic="x"), workflow=name)
        with pytest.raises(Invalid, match="Unknown workflow"):
            await house.ask(command)
