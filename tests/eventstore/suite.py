"""What every event store must do. A subclass provides the fixture `store`: an empty `EventStore`."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.subjects import event_filter
from shared.errors import ConcurrencyConflict, Invalid
from shared.eventstore.port import LATEST, Commit, EventStore, Metadata, StreamName
from tests.eventstore.make import asked, failed, fill, gather, meta, positions, put, stream

_BIG = 3000
_RACES = count()
_NO_NAMES = [
    *(stream(id) for id in ("a b", "*", ">", "a.>", "", ".a", "a.", "a..b", "ü", "a\r\n")),
    *(stream(owner=owner) for owner in ("an.n", "*", "")),
    stream(category="ta sk"),
]


class Appending:
    async def test_what_was_appended_is_loaded(self, store: EventStore):
        metadata = Metadata(
            event_id="01J8",
            time_ms=1_700_000_000_007,
            source="services/tasks",
            correlation_id="corr-1",
            causation_id='cause of "all" 100% – ünïcode\r\nInjected: header',
            traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        )
        position = await store.append(stream(), 0, [asked()], metadata)
        expected = Commit(stream=stream(), version=1, position=position, events=(asked(),), metadata=metadata)
        assert await store.load(stream()) == [expected]

    async def test_metadata_may_say_next_to_nothing(self, store: EventStore):
        metadata = Metadata(event_id="x", time_ms=0)
        await store.append(stream(), 0, [asked()], metadata)
        await store.append(stream(), 1, [asked(), asked(2)], least := Metadata(event_id="y", time_ms=0))
        assert [commit.metadata for commit in await store.load(stream())] == [metadata, least]

    async def test_versions_count_from_one_and_positions_rise(self, store: EventStore):
        told = [await put(store, stream(), version) for version in range(3)]
        commits = await store.load(stream())
        assert [commit.version for commit in commits] == [1, 2, 3]
        assert positions(commits) == told == sorted(set(told))

    async def test_several_events_of_one_decision_are_one_commit(self, store: EventStore):
        events = (asked(1), failed("the paper is torn"), asked(2))
        metadata = Metadata(event_id="b", time_ms=1, correlation_id="c o", traceparent="00-1-2-01")
        await store.append(stream(), 0, events, metadata)
        (commit,) = await store.load(stream())
        assert (commit.version, commit.events, commit.metadata) == (1, events, metadata)

    async def test_a_taken_version_is_a_conflict(self, store: EventStore):
        await put(store, stream(), 0)
        with pytest.raises(ConcurrencyConflict):
            await put(store, stream(), 0)
        assert len(await store.load(stream())) == 1

    async def test_a_gap_is_a_conflict(self, store: EventStore):
        await put(store, stream(), 0)
        with pytest.raises(ConcurrencyConflict):
            await put(store, stream(), 2)
        with pytest.raises(ConcurrencyConflict):
            await put(store, stream("other"), 1)
        assert await store.last_position() == 1

    async def test_a_repeated_append_answers_the_first_position(self, store: EventStore):
        first = await store.append(stream(), 0, [asked()], meta("same"))
        await put(store, stream(), 1)
        assert await store.append(stream(), 0, [asked()], meta("same")) == first
        assert await store.append(stream(), 2, [asked()], meta("same")) == first
        assert len(await store.load(stream())) == 2

    async def test_an_event_id_belongs_to_one_stream(self, store: EventStore):
        await store.append(stream(), 0, [asked()], meta("same"))
        with pytest.raises(Invalid):
            await store.append(stream("other"), 0, [asked()], meta("same"))
        assert await store.load(stream("other")) == []

    @pytest.mark.parametrize("name", _NO_NAMES, ids=repr)
    async def test_a_name_that_is_no_subject_is_refused(self, store: EventStore, name: StreamName):
        for attempt in (put(store, name, 0), store.load(name), store.load_below(name)):
            with pytest.raises(Invalid):
                await attempt

    async def test_no_events_and_no_version_are_refused(self, store: EventStore):
        with pytest.raises(Invalid):
            await store.append(stream(), 0, [], meta())
        with pytest.raises(Invalid):
            await put(store, stream(), -1)

    @pytest.mark.parametrize("reason", ["", "Ünïcode: 龙 🐉 \u2028 \x00", "long " * 100_000])
    async def test_any_text_survives(self, store: EventStore, reason: str):
        await put(store, stream(), 0, failed(reason))
        await put(store, stream(), 1, failed(reason), failed(reason))
        assert [e.reason for c in await store.load(stream()) for e in c.events] == [reason] * 3  # type: ignore[attr-defined]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(writers=st.lists(st.integers(1, 5), min_size=2, max_size=6))
    async def test_of_racers_exactly_one_wins_each_version(self, store: EventStore, writers: list[int]):
        number = next(_RACES)
        name = stream(f"race-{number}")
        won: list[tuple[int, str]] = []

        async def race(writer: int, rounds: int) -> None:
            for turn in range(rounds):
                event_id = f"{number}-{writer}-{turn}"
                while True:
                    version = len(await store.load(name))
                    try:
                        await store.append(name, version, [failed(event_id)], meta(event_id))
                    except ConcurrencyConflict:
                        continue
                    won.append((version + 1, event_id))
                    break

        await asyncio.gather(*(race(writer, rounds) for writer, rounds in enumerate(writers)))
        commits = await store.load(name)
        assert [commit.version for commit in commits] == list(range(1, sum(writers) + 1))
        assert sorted(won) == [(commit.version, commit.metadata.event_id) for commit in commits]


class Loading:
    async def test_an_unknown_stream_is_empty(self, store: EventStore):
        assert await store.load(stream()) == []
        assert await store.load(stream(), 7) == []
        assert await store.load_below(stream()) == []
        assert await store.load_below() == []
        assert await store.last_position() == 0

    async def test_loading_after_a_version(self, store: EventStore):
        await fill(store, stream(), 150)
        for after in (0, 1, 85, 86, 149, 150, 999):
            versions = [commit.version for commit in await store.load(stream(), after)]
            assert versions == list(range(after + 1, 151))

    async def test_neighbours_are_other_streams(self, store: EventStore):
        for name in (stream("t"), stream("t1"), stream("t.1"), stream("t", owner="bob"), stream("t", category="job")):
            await put(store, name, 0)
        assert [commit.stream for commit in await store.load(stream("t"))] == [stream("t")]

    async def test_load_below_takes_the_streams_and_what_continues_their_ids(self, store: EventStore):
        inside = [stream("t1"), stream("t1.2.draw_image.4", "job"), stream("t1.x"), stream("t1.2.draw_image.5", "job")]
        for name in (*inside, stream("t2"), stream("t12.1", "job"), stream("t1.2.a.3", "job", "bob")):
            await put(store, name, 0)
        await put(store, inside[1], 1)
        found = await store.load_below(stream("t1"), stream("t1", "job"))
        assert [commit.stream for commit in found] == [*inside, inside[1]]
        assert positions(found) == sorted(positions(found))
        assert await store.load_below(stream("t1"), stream("t1.x"), stream("t1")) == [found[0], found[2]]

    async def test_a_stream_of_thousands(self, store: EventStore):
        await fill(store, stream(), _BIG)
        assert [commit.version for commit in await store.load(stream())] == list(range(1, _BIG + 1))
        assert [commit.version for commit in await store.load(stream(), 1500)] == list(range(1501, _BIG + 1))
        below = await store.load_below(stream())
        assert positions(below) == list(range(1, _BIG + 1))
        assert positions(await store.read(100, 2900, [event_filter("task", "ann")])) == list(range(101, 2901))
        assert positions(await gather(store.follow(1000), _BIG - 1000)) == list(range(1001, _BIG + 1))

    async def test_thousands_of_streams_below_one(self, store: EventStore):
        names = [stream(f"t1.1.draw_image.{number}", "job") for number in range(1100)]
        await asyncio.gather(*(put(store, name, 0) for name in names))
        await put(store, stream("t2"), 0)
        found = await store.load_below(stream("t1", "job"), stream("t2"))
        assert positions(found) == list(range(1, 1102))
        assert {commit.stream for commit in found[:-1]} == set(names)


class Reading:
    async def test_reading_a_range(self, store: EventStore):
        await fill(store, stream(), 10)
        assert positions(await store.read(3, 7)) == [4, 5, 6, 7]
        assert positions(await store.read(-5, 99)) == list(range(1, 11))
        assert await store.read(7, 7) == await store.read(8, 3) == await store.read(10, 20) == []

    async def test_reading_through_filters(self, store: EventStore):
        for number in range(4):
            await put(store, stream(f"t{number}"), 0)
            await put(store, stream(f"t{number}.1", "job", "bob"), 0)
        assert positions(await store.read(0, 8, [event_filter("job")])) == [2, 4, 6, 8]
        assert positions(await store.read(0, 7, [event_filter("job")])) == [2, 4, 6]
        assert positions(await store.read(0, 8, [event_filter("*", "ann", "t1"), event_filter("*", "bob", "t2")])) == [
            3,
            6,
        ]
        assert positions(await store.read(2, 8, [event_filter("*", "ann"), event_filter("task")])) == [3, 5, 7]
        assert await store.read(0, 8, [event_filter("account")]) == []

    async def test_following_what_is_stored_and_then_what_comes(self, store: EventStore):
        await fill(store, stream(), 5)
        follower = store.follow(2)
        assert positions(await anext(follower)) == [3, 4, 5]
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0.02)
        assert not waiting.done()
        await put(store, stream("new"), 0)
        async with asyncio.timeout(5):
            (commit,) = await waiting
        assert (commit.position, commit.stream) == (6, stream("new"))
        await follower.aclose()

    async def test_following_from_now_on(self, store: EventStore):
        await fill(store, stream(), 5)
        follower = store.follow(LATEST)
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0.05)
        await put(store, stream(), 5)
        assert positions(await waiting) == [6]
        await follower.aclose()

    async def test_following_through_filters_in_batches(self, store: EventStore):
        for number in range(30):
            await put(store, stream(f"t{number}"), 0)
            await put(store, stream(f"t{number}", "job", "bob"), 0)
        pages = store.follow(10, [event_filter("job"), event_filter("account")], batch=7)
        first = await anext(pages)
        assert 1 <= len(first) <= 7
        assert positions(first + await gather(pages, 25 - len(first))) == list(range(12, 61, 2))
        overlapping = store.follow(0, [event_filter("*", "bob"), event_filter("job")])
        assert positions(await gather(overlapping, 30)) == list(range(2, 61, 2))

    async def test_two_followers_see_the_same(self, store: EventStore):
        followers = [asyncio.ensure_future(gather(store.follow(0, batch=size), 200)) for size in (1, 500)]
        await fill(store, stream(), 200)
        async with asyncio.timeout(10):
            one, other = await asyncio.gather(*followers)
        assert one == other == await store.load(stream())

    async def test_a_cancelled_follower_ends(self, store: EventStore):
        waiting = asyncio.ensure_future(gather(store.follow(0), 1))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


class EventStoreSuite(Appending, Loading, Reading):
    """All of it."""
