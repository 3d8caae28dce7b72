"""Laws of projects: they hold whatever anybody asks for."""

from __future__ import annotations

import contextlib
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks import project_files
from services.tasks.project import PROJECT, ProjectRequest, ProjectState
from services.tasks.project_checks import settled
from services.tasks.project_rows import evolve_project
from services.tasks.rows import Row
from services.tasks.shots import first_shots, length_of, stretched, tenths
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.screenplay import Screenplay
from shared.errors import Rejected
from tests.tasks.project_world import ME, MOVES, assert_valid, close, play_moves, scene, sequence


@given(MOVES)
@settings(max_examples=150, deadline=None)
def test_law_every_prefix_is_valid(moves: list[ProjectRequest]) -> None:
    state = ProjectState()
    for commit in play_moves(moves).commits:
        for event in commit.events:
            state = PROJECT.evolve(state, event)
        assert_valid(state)


@given(MOVES)
@settings(max_examples=150, deadline=None)
def test_law_asking_again_adds_nothing(moves: list[ProjectRequest]) -> None:
    """Right after it took effect, any request is refused or makes nothing happen."""
    world = play_moves([])
    for request in moves:
        world.ask(request)
        with contextlib.suppress(Rejected):
            assert tuple(PROJECT.decide(request, world.state)) == ()


@given(MOVES)
@settings(max_examples=100, deadline=None)
def test_law_a_revert_brings_back_what_was_saved(moves: list[ProjectRequest]) -> None:
    world = play_moves([])
    saved = world.state.screenplay
    for request in moves:
        for event in world.ask(request):
            if isinstance(event, e.ProjectCreated | e.ProjectSaved):
                saved = world.state.screenplay
            if isinstance(event, e.ProjectReverted):
                assert world.state.screenplay == saved
        assert world.state.saved == saved
    if world.state.open:
        world.ask(close(save=False))
        assert (world.state.screenplay, world.state.unsaved, world.state.open) == (saved, False, False)


@given(MOVES)
@settings(max_examples=60, deadline=None)
def test_law_files_hold_the_whole_screenplay_and_checks_change_nothing_twice(moves: list[ProjectRequest]) -> None:
    play = play_moves(moves).state.screenplay
    assert isinstance(play, Screenplay)
    assert project_files.read(project_files.documents(play)) == play
    assert settled(play) == play


@given(MOVES, st.randoms())
@settings(max_examples=100, deadline=None)
def test_law_rows_do_not_mind_repeats(moves: list[ProjectRequest], chance: random.Random) -> None:
    """Any prefix may be delivered again at any time, and a row says what the state says."""
    row: Row | None = None
    state = ProjectState()
    commits = play_moves(moves).commits
    for index, commit in enumerate(commits):
        row = evolve_project(row, commit)
        again = row
        for old in commits[chance.randint(0, index) : index + 1]:
            again = evolve_project(again, old)
        assert again == row
        for event in commit.events:
            state = PROJECT.evolve(state, event)
        assert row is not None
        assert (row["open"], row["deleted"], row["file_count"] > 0) == (state.open, state.deleted, state.exists)
        assert row["unsaved"] == (state.unsaved and state.exists)


@given(
    st.lists(st.integers(1, 36_000), min_size=1, max_size=30),
    st.integers(1, 36_000),
)
@settings(max_examples=200, deadline=None)
def test_law_stretched_shots_add_up_and_keep_their_shares(durations: list[int], total: int) -> None:
    shots = sequence(1, *(duration / 10 for duration in durations)).shots
    assert stretched(shots, length_of(shots)) == shots
    if total >= len(shots):
        longer = stretched(shots, total / 10)
        assert sum(tenths(one.duration) for one in longer) == total
        assert min(tenths(one.duration) for one in longer) >= 1
        fair = [duration * total / sum(durations) for duration in durations]
        if min(fair) >= 1:
            assert all(abs(tenths(one.duration) - share) < 1 for one, share in zip(longer, fair, strict=True))


@given(st.integers(1, 36_000), st.integers(0, 100), st.booleans())
@settings(max_examples=150, deadline=None)
def test_law_new_scenes_get_shots_that_add_up(duration: int, actions: int, placed: bool) -> None:
    made = scene(3, duration / 10, key_actions=tuple(f"<{n}>" for n in range(actions)), location="Hall" * placed)
    shots = first_shots(made, "noir")
    assert length_of(shots) == made.duration
    assert 1 <= len(shots) <= 24
    assert [one.number for one in shots] == list(range(1, len(shots) + 1))
    told = " ".join(one.description for one in shots)
    assert all(f"<{n}>" in told for n in range(actions))  # no action is left out
    assert play_moves([c.AddScene(**ME, scene=made)]).state.unsaved
