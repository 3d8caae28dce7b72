"""Filters pass exactly what their names say, by NATS' own rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.jobs import JobRef
from shared.contracts.subjects import EVENTS_ALL, event_filter, progress_of
from shared.errors import Invalid, Undecodable
from shared.eventstore import names
from shared.eventstore.port import StreamName

_TOKEN = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
_STREAMS = st.builds(StreamName, _TOKEN, _TOKEN, st.lists(_TOKEN, min_size=1, max_size=4).map(".".join))


@pytest.mark.parametrize(
    ("subject_filter", "passes"),
    [
        (event_filter(), {"task1", "job", "bob"}),
        (event_filter("task"), {"task1", "bob"}),
        (event_filter("task", "ann"), {"task1"}),
        (event_filter("*", "ann"), {"task1", "job"}),
        (event_filter("*", "ann", "t1"), {"task1", "job"}),
        (event_filter("job", "ann", "t1.2"), {"job"}),
        (event_filter("job", "ann", "t"), set()),
        (EVENTS_ALL, {"task1", "job", "bob"}),
        ("tw.events.task.ann.t1.*", {"task1"}),
        ("tw.events.task.ann.t1", set()),
    ],
)
def test_filters(subject_filter: str, passes: set[str]):
    subjects = {
        "task1": "tw.events.task.ann.t1.3",
        "job": "tw.events.job.ann.t1.2.draw_image.4.1",
        "bob": "tw.events.task.bob.t1.1",
        "foreign": "tw.commands.tasks",
    }
    assert {key for key, subject in subjects.items() if names.matches(subject, (subject_filter,))} == passes


@given(_STREAMS, st.integers(1, 10**9))
def test_a_name_and_version_survive_the_subject(stream: StreamName, version: int):
    assert names.parse(f"{names.prefix_of(stream)}.{version}") == (stream, version)
    assert names.matches(
        f"{names.prefix_of(stream)}.{version}", (event_filter(stream.category, stream.owner, stream.id),)
    )


@pytest.mark.parametrize("subject", ["", "tw.events.task.ann.t1.x", "tw.events.task.1", "other.task.ann.t1.1"])
def test_a_subject_of_something_else_is_undecodable(subject: str):
    with pytest.raises(Undecodable):
        names.parse(subject)


@given(st.text(max_size=6))
def test_any_owner_is_a_token_or_refused(owner: str):
    try:
        prefix = names.prefix_of(StreamName("task", owner, "t1"))
    except Invalid:
        return
    assert prefix.count(".") == 4
    assert not set("*> \t\r\n") & set(prefix)


@pytest.mark.parametrize(
    ("filters", "asked"),
    [
        ((), ()),
        (("a.>", "a.b", "a.*.c"), ("a.>",)),
        (("a.b", "a.c"), ("a.b", "a.c")),
        (("a.*", "a.b"), ("a.*",)),
        (("a.*.c", "a.b.*"), (EVENTS_ALL,)),
        (("*.b.>", "a.>"), (EVENTS_ALL,)),
        (("a.>", "a.>"), ("a.>",)),
        (("a.b", "a.b.>"), ("a.b.>", "a.b")),
    ],
)
def test_a_consumer_is_never_asked_for_overlapping_filters(filters: tuple[str, ...], asked: tuple[str, ...]):
    assert names.for_consumer(filters) == asked


def test_a_jobs_stream_lies_below_its_task():
    job = JobRef(owner="ann", task="t1", segment=2, run=3, kind="draw_image", item=4)
    subject = names.prefix_of(StreamName("job", job.owner, job.stream_id)) + ".1"
    assert subject == "tw.events.job.ann.t1.3.draw_image.4.1"
    assert names.matches(subject, (event_filter("job", "ann", "t1"),))


def test_progress_is_told_by_owner_and_task():
    assert progress_of("ann", "t1") == "tw.progress.ann.t1"
