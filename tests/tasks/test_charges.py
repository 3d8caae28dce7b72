"""What a task's jobs cost, as its owner sees it: each sum once, whoever tells it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from services.tasks.projections import evolve_task
from services.tasks.rows import TaskRows
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Charge
from shared.eventstore.port import StreamName
from tests.tasks.world import World, result_of

BOUGHT = Charge(service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3_000)
OURS = replace(BOUGHT, amount_microusd=2_000)


def drawing() -> World:
    return World().create().request(1).work_all().request(2)


def tell(world: World, command: c.RunJob, event: e.Event) -> None:
    world.append(StreamName("job", "7", command.job.stream_id), (event,))


def settled(command: c.RunJob, **changed: Any) -> e.ProviderJobSettled:
    event = e.ProviderJobSettled(
        job=command.job, attempt=1, provider="replicate", step="draw", nonce="n", outcome="succeeded", charge=BOUGHT
    )
    return replace(event, **changed)


def charges(world: World) -> list[tuple[int, int, int, str, int, bool]]:
    rows = TaskRows()
    for commit in world.commits:
        rows = evolve_task(rows, commit)
        assert evolve_task(rows, commit) is rows
    return [
        (number, one["segment"], one["run"], one["kind"] + str(one["item"]), one["amount_microusd"], one["billed"])
        for number, one in rows.charges.items()
    ]


def test_what_a_provider_settled_is_billed_and_what_the_job_tells_is_not_told_twice() -> None:
    world = drawing()
    first, second, _ = world.queue
    tell(world, first, settled(first))
    tell(world, first, replace(result_of(first), charges=(replace(BOUGHT, billed=True),)))
    tell(world, second, replace(result_of(second), charges=(OURS,)))
    assert charges(world) == [(1, 2, 2, "draw_image1", 3_000, True), (2, 2, 2, "draw_image2", 2_000, False)]


def test_every_sending_counts_and_those_that_cost_nothing_do_not() -> None:
    world = drawing()
    first = world.queue[0]
    tell(world, first, settled(first, outcome="failed", reason="model_error"))
    tell(world, first, settled(first, nonce="m", charge=None, outcome="unsent"))
    tell(world, first, settled(first, nonce="o"))
    assert [one[4] for one in charges(world)] == [3_000, 3_000]


def test_a_job_done_anew_by_ourselves_has_charges_of_its_own() -> None:
    world = drawing()
    first = world.queue[0]
    tell(world, first, settled(first))
    world.work_all().request(2, redo=True)
    again = world.queue[0]
    tell(world, again, replace(result_of(again), charges=(OURS,)))
    assert [(one[2], one[4]) for one in charges(world)] == [(2, 3_000), (3, 2_000)]


def test_what_is_billed_after_the_task_was_deleted_counts() -> None:
    world = drawing()
    first = world.queue[0]
    world.ask(c.DeleteTask(owner="7", task="1"))
    tell(world, first, settled(first, outcome="lost", reason="stray"))
    assert len(charges(world)) == 1
