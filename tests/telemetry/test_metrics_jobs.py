"""What media workers count: jobs by how they ended, money where it is recorded, orders by what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.media.handlers import Shop, run_job
from services.media.hiring import JOBS, ReplicateStudios
from services.media.settings import ReplicateSettings
from services.media.subscribers import media_consumer
from shared.artifacts.memory import MemoryArtifactStore
from shared.contracts.commands import RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.orders import PicturesOrder
from shared.contracts.values import Brief
from shared.errors import Rejected, Unavailable
from shared.eventstore.handle import Origin
from shared.eventstore.memory import MemoryEventStore
from tests.replicate.orders import picture
from tests.replicate_double import Double
from tests.replicate_double.faults import Fault
from tests.replicate_double.shop import QUICK, TestShop, open_shop
from tests.studio import TinyStudio
from tests.telemetry.numbers import count, number

ORIGIN = Origin(source="test")
KIND = "write_story"


class Desk:
    """A worker's shop over memory."""

    def __init__(self) -> None:
        self.tiny = TinyStudio()
        self.shop = Shop(MemoryEventStore(), MemoryArtifactStore(), self.tiny.studio(), self)

    def tell(self, job: JobRef, fraction: float) -> None:
        """Nobody watches."""

    def command(self, task: str) -> RunJob:
        job = JobRef(owner="7", task=task, segment=1, run=1, kind=KIND)
        return RunJob(job=job, attempt=1, items=1, brief=Brief(topic="x"))

    async def run(self, task: str, again: bool = False, last: bool = False) -> None:
        await run_job(self.shop, self.command(task), ORIGIN, again, last)


def ended(outcome: str, provider: str = "local", kind: str = KIND) -> float:
    return count("media", "job_duration_seconds_count", kind=kind, provider=provider, outcome=outcome)


def cost(provider: str, model: str, kind: str, billed: str) -> float:
    return count("media", "cost_usd_total", provider=provider, model=model, kind=kind, billed=billed)


async def test_a_job_that_is_done_costs_once_however_often_it_is_delivered() -> None:
    desk, kind = Desk(), "draw_picture"
    completed, repeated = ended("completed", kind=kind), ended("repeated", kind=kind)
    spent = cost("local", "flux-schnell", kind, "false")
    job = JobRef(owner="7", task="1", segment=1, run=1, kind=kind, item=1)
    asked = RunJob(job=job, attempt=1, items=1, brief=Brief(topic="x"), order=PicturesOrder(count=1))
    await run_job(desk.shop, asked, ORIGIN, again=False)
    assert ended("completed", kind=kind) == completed + 1
    assert cost("local", "flux-schnell", kind, "false") == pytest.approx(spent + 0.003)
    await run_job(desk.shop, asked, ORIGIN, again=True)
    await run_job(desk.shop, asked, ORIGIN, again=False)  # its worker did not know that it was done
    assert ended("repeated", kind=kind) == repeated + 2
    assert cost("local", "flux-schnell", kind, "false") == pytest.approx(spent + 0.003)


async def test_a_job_that_cannot_be_done_has_failed() -> None:
    desk, failed = Desk(), ended("failed")
    desk.tiny.refused.add("write")
    await desk.run("1")
    assert ended("failed") == failed + 1


async def test_a_part_that_is_away_is_a_retry_and_at_the_last_delivery_a_failure() -> None:
    desk = Desk()
    retried, failed = ended("retried"), ended("failed")
    desk.tiny.broken.add("write")
    with pytest.raises(Unavailable):
        await desk.run("1")
    assert (ended("retried"), ended("failed")) == (retried + 1, failed)
    with pytest.raises(Unavailable):
        await desk.run("1", again=True, last=True)
    assert (ended("retried"), ended("failed")) == (retried + 1, failed + 1)


async def test_the_last_delivery_is_known_as_such() -> None:
    desk, failed = Desk(), ended("failed")
    desk.tiny.broken.add("write")
    consumer = media_consumer(desk.shop, (0.1, 0.1))

    class Delivery:
        headers = None

        class metadata:
            num_delivered = 2

    delivery = Delivery()
    with pytest.raises(Unavailable):
        await consumer.handler(desk.command("1"), delivery)  # type: ignore[arg-type]
    assert ended("failed") == failed
    delivery.metadata.num_delivered = 3
    with pytest.raises(Unavailable):
        await consumer.handler(desk.command("1"), delivery)  # type: ignore[arg-type]
    assert ended("failed") == failed + 1


async def test_jobs_in_hand() -> None:
    desk = Desk()
    desk.tiny.slow_s = 0.1
    working = asyncio.gather(desk.run("1"), desk.run("2"))
    await asyncio.sleep(0.05)
    assert number("media", "jobs_in_hand", kind=KIND) == 2
    await working
    assert number("media", "jobs_in_hand", kind=KIND) == 0


@pytest.fixture
async def buying(tmp_path: Path) -> AsyncIterator[tuple[TestShop, Double]]:
    pace = replace(QUICK, create_timeout_s=5.0, read_timeout_s=5.0, unsent_after_s=6.0)
    async with Double() as double, open_shop(double, tmp_path, pace=pace) as shop:
        yield shop, double


def orders(outcome: str) -> float:
    return count("media", "provider_orders_total", provider="replicate", kind="draw_image", outcome=outcome)


async def test_what_is_bought_is_billed_once(buying: tuple[TestShop, Double]) -> None:
    shop, _ = buying
    taken, spent = orders("taken"), cost("replicate", "flux-schnell", "draw_image", "true")
    await shop.till().buy(picture())
    await shop.till().buy(picture())
    assert orders("taken") == taken + 1
    assert cost("replicate", "flux-schnell", "draw_image", "true") == pytest.approx(spent + 0.003)


async def test_an_order_without_an_answer_is_unknown(buying: tuple[TestShop, Double]) -> None:
    shop, double = buying
    unknown, taken = orders("unknown"), orders("taken")
    spent = cost("replicate", "flux-schnell", "draw_image", "true")
    double.faults.add(Fault("create", "reset_after"))
    await shop.till().buy(picture("cut"))
    assert (orders("unknown"), orders("taken")) == (unknown + 1, taken)
    assert cost("replicate", "flux-schnell", "draw_image", "true") == pytest.approx(spent + 0.003)


async def test_why_an_order_was_not_taken_is_told(buying: tuple[TestShop, Double]) -> None:
    shop, double = buying
    refused, throttled = orders("input_refused"), orders("throttled")
    spent = cost("replicate", "flux-schnell", "draw_image", "true")
    double.faults.add(Fault("create", status=429, headers={"retry-after": "0.01"}, body={"detail": "throttled."}))
    double.faults.add(Fault("create", status=422, body={"detail": "- input: bad"}))
    with pytest.raises(Rejected):
        await shop.till().buy(picture())
    assert (orders("input_refused"), orders("throttled")) == (refused + 1, throttled + 1)
    assert cost("replicate", "flux-schnell", "draw_image", "true") == spent


def test_the_provider_of_a_kind_is_who_does_it(tmp_path: Path) -> None:
    settings = ReplicateSettings(provider_images="replicate", replicate_api_token="t")
    studios = ReplicateStudios(None, settings)  # type: ignore[arg-type]
    assert {kind: studios.provider(kind) for kind in JOBS["images"]} == dict.fromkeys(JOBS["images"], "replicate")
    assert studios.provider("speak_page") == "local"
    assert studios.provider("assemble_video") == "local"
