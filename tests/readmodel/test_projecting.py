"""Rows and checkpoint move together, on every database and whatever events say."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from benchmarks import histories
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_views import SqlViews
from services.tasks.projector import Projection
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import STORY
from shared.errors import ConcurrencyConflict, Unavailable
from shared.eventstore.port import Commit, Metadata, StreamName
from shared.readmodel import database
from shared.readmodel.tables import tables_of
from tests.fixtures.postgres_server import PostgresServer
from tests.readmodel.rows import row_of, task_rows


@pytest.fixture
def views(engine: Engine) -> SqlViews:
    database.prepare(engine)
    return SqlGenerations(engine).live()


def commit(position: int, stream: StreamName, *events: e.Event) -> Commit:
    metadata = Metadata(event_id=f"e{position}", time_ms=1_000 + position)
    return Commit(stream=stream, version=position, position=position, events=events, metadata=metadata)


def test_whole_stories_give_the_same_rows_in_any_batches(views: SqlViews, engine: Engine) -> None:
    log = list(histories.log(1_500))
    one = Projection(views)
    for start in range(0, len(log), 500):
        one.apply(log[start : start + 500])
    other = SqlGenerations(engine).add("scratch")
    for start in range(0, len(log), 70):  # and from the tables each time: nothing is remembered
        Projection(other).apply(log[start : start + 70])
    position, rows = views.all_rows()
    assert (position, len(rows["tasks"]) > 20, len(rows["artifacts"]) > 100) == (1_500, True, True)
    assert other.all_rows() == (position, rows)


def test_files_that_are_gone_are_gone(views: SqlViews) -> None:
    files = [row_of("artifacts", owner="1", task="5", segment=1, name=name) for name in "abc"]
    old, new = task_rows(row_of("tasks", owner="1", task="5"), files)
    views.save(0, 1, [(old, new)], {})
    fewer = task_rows(new.task or {}, files[:1])[1]
    views.save(1, 2, [(new, fewer)], {})
    assert [key[1] for key in views.load_tasks([("1", "5")])["1", "5"].artifacts] == ["a"]


def test_of_two_projectors_at_once_only_one_writes(views: SqlViews) -> None:
    """Both read the same checkpoint, and both try to move it, many times over."""
    ready, written, refused = threading.Barrier(2), [], []

    def project(who: str) -> None:
        for _ in range(25):
            ready.wait()
            position = views.position()
            ready.wait()
            try:
                views.save(
                    position, position + 1, [task_rows(row_of("tasks", owner="1", task=f"{position}", title=who))], {}
                )
                written.append((str(position), who))
            except ConcurrencyConflict:
                refused.append(position)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(project, who) for who in "ab"]:
            done.result(30)
    assert (len(written), len(refused), views.position()) == (25, 25, 25)
    _, rows = views.all_rows()
    assert {(row["task"], row["title"]) for row in rows["tasks"]} == set(written)


def test_what_is_refused_leaves_neither_rows_nor_checkpoint(views: SqlViews) -> None:
    broken = row_of("usage", owner="1", requests=None)
    task = task_rows(row_of("tasks", owner="1", task="5"))
    with pytest.raises(Unavailable, match="refuses"):
        views.save(0, 1, [task], {"usage": [broken]})
    assert views.all_rows()[0] == 0
    assert views.all_rows()[1]["tasks"] == []


def test_no_text_of_an_event_stops_the_projector(views: SqlViews) -> None:
    task = StreamName("task", "1", "5")
    ref = JobRef(owner="1", task="5", segment=1, run=1, kind="write_story")
    job = StreamName("job", "1", ref.stream_id)
    names = ("a\x00b", "a\ufffdb", "\x00" * 3, "ok")
    files = tuple(Artifact(name=n, key=f"k{n}", media_type="text/plain", size_bytes=2**62) for n in names)
    created = e.TaskCreated(surface="stories", workflow=STORY, brief=Brief(topic="nul \x00 and \\u0000"), auto=False)
    log = [
        commit(1, task, created),
        commit(2, task, e.SegmentRequested(segment=1, run=1, attempt=1)),
        commit(3, job, e.JobCompleted(job=ref, attempt=1, artifacts=files, title="T\x00", pages=2**40)),
        commit(4, task, e.SegmentFailed(segment=1, run=1, attempt=1, reason="it said \x00\x00")),
        commit(5, task, e.SegmentRequested(segment=1, run=2, attempt=1)),
    ]
    projection = Projection(views)
    for one in log:
        projection.apply([one])
    rows = views.load_tasks([("1", "5")])["1", "5"]
    assert rows.task
    assert rows.task["title"] == "T\ufffd"
    assert rows.task["brief"]["topic"] == "nul \ufffd and \\u0000"
    assert views.position() == 5
    again = Projection(views)  # which reads the rows back
    assert again.apply([commit(6, task, e.TaskDeleted())]) == 6


def test_tables_that_are_dropped_meanwhile_are_a_conflict(views: SqlViews, engine: Engine) -> None:
    generations = SqlGenerations(engine)
    generations.serve(generations.add("building").generation)
    with pytest.raises(ConcurrencyConflict):
        views.save(0, 1, [], {})
    generations.drop(views.generation)
    for asked in (views.position, lambda: views.load_tasks([("1", "5")]), lambda: views.save(0, 1, [], {})):
        with pytest.raises(ConcurrencyConflict):
            asked()  # type: ignore[operator]


def test_everything_is_read_at_one_moment(views: SqlViews) -> None:
    """A check that compares two generations must not see half of a batch."""
    stop = threading.Event()

    def write() -> None:
        position = 0
        while not stop.is_set():
            row, usage = row_of("tasks", owner="1", task="5", position=position + 1), row_of("usage", owner="1")
            views.save(position, position + 1, [task_rows(row)], {"usage": [{**usage, "requests": position + 1}]})
            position += 1

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            seen = []
            while len(set(seen)) < 20:
                position, rows = views.all_rows()
                told = [row["position"] for row in rows["tasks"]] + [row["requests"] for row in rows["usage"]]
                assert told in ([], [position, position])
                seen.append(position)
        finally:
            stop.set()
        writing.result(10)


def test_postgresql_goes_away_and_the_projector_goes_on(postgres_server: PostgresServer, postgres_url: str) -> None:
    engine = database.open_engine(postgres_url)
    database.prepare(engine)
    views = SqlGenerations(engine).live()
    log = list(histories.log(200))
    projection = Projection(views)
    projection.apply(log[:100])
    postgres_server.kill()
    for _ in range(2):
        with pytest.raises(Unavailable):
            projection.apply(log[100:])
    postgres_server.start()
    assert projection.apply(log[100:]) == 200
    assert views.position() == 200
    engine.dispose()


def test_texts_are_compared_by_code_point_in_postgresql(postgres_url: str) -> None:
    engine = database.open_engine(postgres_url)
    database.prepare(engine)
    columns = "SELECT data_type, collation_name FROM information_schema.columns WHERE table_name ~ '_g1$'"
    with engine.connect() as connection:
        found = connection.exec_driver_sql(columns).all()
    assert {collation for kind, collation in found if kind in ("text", "character varying")} == {"C"}
    assert "integer" not in {kind for kind, _ in found}
    engine.dispose()


def test_tables_are_as_the_models_say(views: SqlViews, engine: Engine) -> None:
    inspector = inspect(engine)
    for name, table in tables_of(views.generation).items():
        found: dict[str, Any] = {column["name"]: column for column in inspector.get_columns(table.name)}
        assert list(found) == [column.name for column in table.columns], name
        assert not [one for one in found.values() if one["nullable"]], name
