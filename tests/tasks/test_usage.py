"""Usage: what is recorded, and what it adds up to."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.project_handlers import Projects
from services.tasks.project_rows import evolve_usage
from services.tasks.rows import Row
from services.tasks.usage import USAGE
from shared.artifacts.memory import MemoryArtifactStore
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.errors import Invalid
from shared.eventstore.handle import Origin
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Commit, Metadata, StreamName
from tests.spec import Spec


def note(**changes: Any) -> e.RequestNote:
    made = {"endpoint": "/projects/open", "operation": "project_open", "status": 200, "took_ms": 1.5}
    return e.RequestNote(**{**made, "sent_bytes": 100, "at_ms": 5000, **changes})


def commit_of(position: int, *notes: e.RequestNote) -> Commit:
    return Commit(
        stream=StreamName("usage", "7", f"c{position}"),
        version=1,
        position=position,
        events=(e.RequestsServed(requests=notes),),
        metadata=Metadata(event_id=str(position), time_ms=1),
    )


def test_a_record_is_written_once() -> None:
    asked = c.RecordUsage(owner="7", requests=(note(),))
    Spec(USAGE).when(asked).then(e.RequestsServed(requests=(note(),)))
    Spec(USAGE, e.RequestsServed(requests=(note(),))).when(asked).nothing()
    Spec(USAGE, e.ProjectOpened()).when(asked).then(e.RequestsServed(requests=(note(),)))
    Spec(USAGE).when(c.RecordUsage(owner="7", requests=())).refused(Invalid, "no requests")


async def test_a_redelivered_record_adds_nothing() -> None:
    store, projects = MemoryEventStore(), Projects(MemoryArtifactStore())
    asked = c.RecordUsage(owner="7", requests=(note(), note()))
    record = projects.routes[c.RecordUsage]
    first = await record(store, asked, Origin(source="t", causation_id="c1"))
    again = await record(store, asked, Origin(source="t", causation_id="c1"))
    other = await record(store, asked, Origin(source="t", causation_id="c2"))
    assert (first.position, first.repeated) == (1, False)
    assert (again.position, again.repeated) == (1, True)
    assert other.position == 2
    assert [commit.stream.id for commit in await store.read(0, 9)] == ["c1", "c2"]


async def test_a_record_without_a_name_is_refused() -> None:
    with pytest.raises(Invalid):
        await Projects(MemoryArtifactStore()).record_usage(
            MemoryEventStore(), c.RecordUsage(owner="7", requests=(note(),)), Origin(source="t")
        )


def test_requests_add_up() -> None:
    row = evolve_usage(None, commit_of(4, note(), note(status=399, at_ms=4000)))
    row = evolve_usage(
        row, commit_of(9, note(status=400, endpoint="/health", operation="health", took_ms=2.25, at_ms=7000))
    )
    assert row == {
        "owner": "7",
        "requests": 3,
        "succeeded": 2,
        "sent_bytes": 300,
        "took_ms": 5.25,
        "operations": {"project_open": 2, "health": 1},
        "endpoints": {"/projects/open": 2, "/health": 1},
        "first_ms": 4000,
        "last_ms": 7000,
        "position": 9,
    }


def test_nothing_makes_no_row() -> None:
    assert evolve_usage(None, commit_of(1)) is None
    opened = commit_of(2)
    foreign = Commit(stream=opened.stream, version=1, position=2, events=(e.ProjectOpened(),), metadata=opened.metadata)
    assert evolve_usage(None, foreign) is None


_notes = st.builds(
    note, status=st.sampled_from([200, 201, 404, 500]), at_ms=st.integers(0, 9), sent_bytes=st.integers(0, 9)
)


@given(st.lists(st.lists(_notes, min_size=1, max_size=3), min_size=1, max_size=10), st.randoms())
@settings(max_examples=80, deadline=None)
def test_law_usage_does_not_mind_repeats(records: list[list[e.RequestNote]], chance: random.Random) -> None:
    commits = [commit_of(index, *notes) for index, notes in enumerate(records, 1)]
    row: Row | None = None
    for index, commit in enumerate(commits):
        row = evolve_usage(row, commit)
        again = row
        for old in commits[chance.randint(0, index) : index + 1]:
            again = evolve_usage(again, old)
        assert again == row
    assert row is not None
    every = [one for notes in records for one in notes]
    assert row["requests"] == len(every)
    assert row["succeeded"] == sum(one.status < 400 for one in every)
    assert row["sent_bytes"] == sum(one.sent_bytes for one in every)
    assert (row["first_ms"], row["last_ms"]) == (min(o.at_ms for o in every), max(o.at_ms for o in every))
