"""What the gateway reads is what the projector wrote, on every database."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.gateway.adapters.views_by_url import open_views
from services.gateway.views import ArtifactView, BudgetView, Checkpoint
from services.tasks.adapters.sql_views import SqlViews
from shared.contracts.orders import PicturesOrder
from shared.contracts.screenplay import Screenplay
from shared.errors import Unavailable
from shared.readmodel import database
from shared.readmodel.version import SCHEMA_VERSION, SchemaDiffers
from shared.settings import ReadModelSettings
from tests.gateway.views.house import SEGMENT, House
from tests.readmodel.rows import row_of, task_rows

PLAY = Screenplay(name="kite", prompt="p", language="en", style="s", scenes=(), characters=(), sequences=())
BIG = 2**40


def write(views: SqlViews, tasks: list[Any], **others: list[Any]) -> None:
    position = views.position()
    views.save(position, position + 1, tasks, others)


def a_task(task: str, owner: str = "1", **given: Any) -> dict[str, Any]:
    about = {"owner": owner, "task": task, "surface": "stories", "status": "running", "segments": [SEGMENT]}
    return row_of("tasks", **{**about, **given})


async def test_a_task_with_everything(house: House) -> None:
    told = {"title": "Drachen über 東京 🪁", "brief": {"topic": "x", "seed": 7}, "progress": 0.6667, "created_ms": BIG}
    orders = {"1": msgspec.to_builtins(PicturesOrder(count=3))}
    task = a_task("5", **told, orders=orders, approvals={"1": ["a", "b"]}, items_done=2, items_total=6, error="it's")
    file = {"owner": "1", "task": "5", "segment": 1, "size_bytes": BIG, "older": ["k1"], "public": True}
    files = [row_of("artifacts", **{**file, "name": name}) for name in ("b.png", "B.png", "a.png")]
    hidden = row_of("artifacts", **{**file, "name": "secret", "public": False})
    charges = [
        row_of("charges", owner="1", task="5", number=n, quantity=0.1, amount_microusd=BIG, billed=n == 2, kind=f"k{n}")
        for n in (2, 1)
    ]
    write(house.prepare(), [task_rows(task, [*files, hidden], charges)])

    shown = await house.views.task("1", "5")
    assert shown
    assert (shown.title, shown.brief, shown.progress, shown.created_ms) == tuple(told.values())
    assert shown.orders == {1: PicturesOrder(count=3)}
    assert (shown.approvals, shown.segments[0].name, shown.error) == ({1: ("a", "b")}, "Story", "it's")
    assert await house.views.find_task("5") == shown
    assert await house.views.task("2", "5") is None
    progress = await house.views.progress("1", "5")
    assert progress
    assert (progress.segment_names, progress.items_total, progress.progress) == (("Story",), 6, 0.6667)
    assert await house.views.progress("2", "5") is None
    artifacts = await house.views.artifacts("1", "5")
    assert [one.name for one in artifacts] == ["B.png", "a.png", "b.png"]  # by code point, and nothing hidden
    assert artifacts[0] == ArtifactView(
        segment=1, name="B.png", kind="", item=0, key="", media_type="", size_bytes=BIG, older=("k1",)
    )
    assert [(one.kind, one.billed, one.quantity) for one in await house.views.charges("1", "5")] == [
        ("k1", False, 0.1),
        ("k2", True, 0.1),
    ]
    assert await house.views.stored_bytes() == 4 * BIG


async def test_lists_are_newest_first_in_pages(house: House) -> None:
    rows = [a_task(f"t{n}", created_position=n) for n in range(1, 8)]
    rows += [a_task("gone", status="deleted", created_position=9), a_task("theirs", owner="2", created_position=10)]
    rows += [a_task("film", surface="videos", created_position=11)]
    write(house.prepare(), [task_rows(row) for row in rows])
    assert await house.views.task_ids("1", "stories", 3) == ["t7", "t6", "t5"]
    assert await house.views.task_ids("1", "stories", 3, before="t5") == ["t4", "t3", "t2"]
    assert await house.views.task_ids("1", "stories", 3, before="never was") == []
    assert [one.task for one in await house.views.tasks("1", "stories", 2, 5)] == ["t2", "t1"]


async def test_purged_tasks_do_not_exist(house: House) -> None:
    write(house.prepare(), [task_rows(a_task("5", status="deleted", purged=True))])
    assert await house.views.task("1", "5") is None
    assert await house.views.progress("1", "5") is None
    assert await house.views.find_task("5") is None


async def test_projects(house: House) -> None:
    def project(name: str, place: int, **given: Any) -> dict[str, Any]:
        about = {"owner": "1", "name": name, "screenplay": msgspec.to_builtins(PLAY), "created_position": place}
        return row_of("projects", **{**about, "size_bytes": 100, **given})

    rows = [
        project("kite", 1, open=True, opened_position=5, unsaved=True),
        project("moon", 2, open=True, opened_position=4),
        project("gone", 3, deleted=True, screenplay={}, open=True, opened_position=9),
        project("other", 4, owner="2"),
    ]
    write(house.prepare(), [], projects=rows)
    kite = await house.views.project("1", "kite")
    assert kite
    assert (kite.screenplay, kite.open, kite.unsaved) == (PLAY, True, True)
    assert await house.views.active_project("1") == kite
    assert await house.views.active_project("2") is None
    assert await house.views.project("1", "gone") is None
    assert await house.views.project_names("1") == ["moon", "kite"]
    assert await house.views.project_names("1", 1, 1) == ["kite"]
    assert (await house.views.project_count("1"), await house.views.project_count()) == (2, 3)
    assert await house.views.stored_bytes() == 300


async def test_usage_budgets_and_workflows(house: House) -> None:
    usage = row_of("usage", owner="1", requests=3, sent_bytes=BIG, took_ms=1.5, operations={"GET": 3})
    budget = row_of("budgets", owner="1", month="2026-11", reserved_microusd=5, spent_microusd=BIG)
    names = ("Zoo", "zoo", "äpfel", "a b", "ab", "a-b")
    workflows = [row_of("workflows", name=name, version=2, segments=[SEGMENT]) for name in names]
    workflows.append(row_of("workflows", name="no more", removed=True))
    write(house.prepare(), [], usage=[usage], budgets=[budget], workflows=workflows)
    shown = await house.views.usage("1")
    assert shown
    assert (shown.requests, shown.sent_bytes, shown.took_ms, shown.operations) == (3, BIG, 1.5, {"GET": 3})
    assert await house.views.usage("2") is None
    assert await house.views.budget("1", "2026-11") == BudgetView(reserved_microusd=5, spent_microusd=BIG)
    assert await house.views.budget("1", "2026-12") is None
    shown_workflows = await house.views.workflows()
    assert [one.name for one in shown_workflows] == sorted(names)  # by code point, whatever the server's language
    assert shown_workflows[0].segments[0].name == "Story"


async def test_another_generation_is_taken_up_at_once(house: House) -> None:
    first = house.prepare()
    house.put(first, title="One")
    assert (await house.views.task("1", "5")).title == "One"  # type: ignore[union-attr]
    second = house.add("Two")
    assert await house.views.checkpoint() == Checkpoint(first.generation, 10)
    house.generations.serve(second.generation)
    house.generations.drop(first.generation)
    # Though it looked less than a second ago, and its statements are of tables that are gone.
    assert (await house.views.task("1", "5")).title == "Two"  # type: ignore[union-attr]
    assert await house.views.checkpoint() == Checkpoint(second.generation, 10)


async def test_without_views(house: House) -> None:
    for ask in (house.views.checkpoint, house.views.workflows, house.views.stored_bytes):
        with pytest.raises(Unavailable):
            await ask()
    house.put(house.prepare(), title="One")
    assert (await house.views.task("1", "5")).title == "One"  # type: ignore[union-attr]
    with house.engine.begin() as connection:
        connection.execute(database.PROJECTIONS.update().values(state="building"))
    with pytest.raises(Unavailable):
        await house.views.checkpoint()


async def test_tables_of_another_release_are_not_read(house: House) -> None:
    house.prepare()
    await house.views.ready()
    with house.engine.begin() as connection:
        connection.execute(database.PROJECTIONS.update().values(schema_version=SCHEMA_VERSION + 1))
    for ask in (house.views.ready, house.views.checkpoint):
        with pytest.raises(SchemaDiffers, match=f"at schema {SCHEMA_VERSION + 1}, .*talewright migrate"):
            await ask()


async def test_what_no_database_holds_is_looked_for_as_it_was_stored(house: House) -> None:
    write(house.prepare(), [task_rows(a_task("n\x00l", title="a\x00b", brief={"topic": "c\x00d"}))])
    shown = await house.views.task("1", "n\x00l")
    assert shown
    assert (shown.title, shown.brief) == ("a\ufffdb", {"topic": "c\ufffdd"})
    assert await house.views.progress("1\x00", "5") is None


async def test_views_cannot_write(house: House) -> None:
    house.put(house.prepare(), title="One")
    await house.views.checkpoint()
    house.views._statements.workflows = f"DELETE FROM tasks_g{house.views._generation}"
    with pytest.raises(Unavailable, match=r"readonly|read-only"):
        await house.views.workflows()
    assert await house.views.task("1", "5")


async def test_a_url_of_something_else() -> None:
    settings = ReadModelSettings.model_construct(readmodel_url="mysql://u:secret@h/d")
    with pytest.raises(Unavailable, match="expected sqlite:///") as refused:
        open_views(settings)
    assert "secret" not in str(refused.value)
