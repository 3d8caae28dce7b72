"""A project for examples, and a small world that plays any moves on one, for laws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from services.tasks import project_files
from services.tasks.project import PROJECT, Closing, NewProject, ProjectRequest, ProjectState
from services.tasks.shots import tenths
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.screenplay import Character, PlayScene, Screenplay, Sequence, Shot
from shared.contracts.values import Artifact
from shared.errors import Rejected
from shared.eventstore.port import Commit, Metadata, StreamName

ME: dict[str, Any] = {"owner": "7", "project": "haunted-mansion"}
PREVIEW = "preview_1"


def scene(number: int, duration: float = 10.0, /, **changes: Any) -> PlayScene:
    made = PlayScene(
        id=f"scene_{number}",
        number=number,
        title=f"Scene {number}",
        description="Rain at the gate",
        location="Mansion",
        duration=duration,
        characters=("char_1",),
        key_actions=("knocks", "waits"),
    )
    return replace(made, **changes)


def shot(scene_id: str, number: int, duration: float) -> Shot:
    return Shot(
        id=f"{scene_id}_shot_{number}",
        number=number,
        type="wide",
        camera_movement="dolly",
        duration=duration,
        description="The gate",
    )


def sequence(number: int, *durations: float) -> Sequence:
    scene_id = f"scene_{number}"
    shots = tuple(shot(scene_id, n, duration) for n, duration in enumerate(durations, 1))
    total = round(sum(durations), 1)
    return Sequence(id=f"seq_{number}", scene_id=scene_id, total_duration=total, shots=shots)


PLAY = Screenplay(
    name="haunted-mansion",
    prompt="A mystery in a haunted mansion",
    language="en",
    style="gothic horror",
    scenes=(scene(1, 10.0), scene(2, 6.0)),
    characters=(
        Character(id="char_1", name="Ada", role="protagonist"),
        Character(id="char_2", name="The Butler", role="antagonist"),
    ),
    sequences=(sequence(1, 5.0, 3.0, 2.0), sequence(2, 4.0, 2.0)),
)
FILES = project_files.artifacts_of("7", PLAY.name, 1, project_files.documents(PLAY))
FINALIZE = c.FinalizeProject(owner="7", preview=PREVIEW)
CREATED = e.ProjectCreated(name=PLAY.name, preview=PREVIEW, screenplay=PLAY, files=FILES)
OPENED = (CREATED, e.ProjectOpened())


def new(play: Screenplay = PLAY, preview: str = PREVIEW) -> NewProject:
    return NewProject(replace(FINALIZE, preview=preview), play, FILES)


def close(save: bool, files: tuple[Artifact, ...] = ()) -> Closing:
    return Closing(c.CloseProject(**ME, save=save), files)


@dataclass
class ProjectWorld:
    """All commits of one project, and the state after them."""

    commits: list[Commit] = field(default_factory=list)
    state: ProjectState = field(default_factory=ProjectState)
    position: int = 0

    def ask(self, request: ProjectRequest) -> tuple[e.Event, ...]:
        try:
            events = tuple(PROJECT.decide(request, self.state))
        except Rejected:
            return ()
        if events:
            self.append(events)
        return events

    def append(self, events: tuple[e.Event, ...]) -> None:
        self.position += 3  # others append, too
        metadata = Metadata(event_id=f"e{self.position}", time_ms=1000 * self.position)
        self.commits.append(
            Commit(
                stream=StreamName("project", "7", PLAY.name),
                version=len(self.commits) + 1,
                position=self.position,
                events=events,
                metadata=metadata,
            )
        )
        for event in events:
            self.state = PROJECT.evolve(self.state, event)


def assert_valid(state: ProjectState) -> None:
    """What holds of every project after any commit."""
    for play in (state.screenplay, state.saved):
        if play is None:
            continue
        assert [one.number for one in play.scenes] == sorted({one.number for one in play.scenes})
        assert 1 <= len(play.scenes) <= 100
        assert [one.scene_id for one in play.sequences] == [one.id for one in play.scenes]
        for kind in (play.scenes, play.characters, play.sequences, [s for q in play.sequences for s in q.shots]):
            ids = [one.id for one in kind]
            assert len(ids) == len(set(ids))
        for one, its in zip(play.scenes, play.sequences, strict=True):
            assert one.duration == its.total_duration
            assert sum(tenths(s.duration) for s in its.shots) == tenths(one.duration)
            assert all(s.duration >= 0.1 and s.duration == tenths(s.duration) / 10 for s in its.shots)
            assert set(one.characters) <= {who.id for who in play.characters}
    if state.open:
        assert state.exists


_ids = st.integers(1, 5).map(lambda n: f"scene_{n}")
_durations = st.one_of(st.sampled_from([0.1, 0.3, 7.7, 10.0, 3600.0]), st.floats(-1, 4000, allow_nan=False))
_scenes = st.builds(
    lambda number, ordinal, duration, who: scene(number, duration, number=ordinal, characters=who),
    st.integers(1, 5),
    st.integers(0, 6),
    _durations,
    st.sampled_from([(), ("char_1",), ("char_2", "char_1"), ("char_9",)]),
)
_shots = st.lists(st.sampled_from([0.1, 1.0, 3.33, 3.34, 5.0]), min_size=0, max_size=4)


def _resequenced(number: int, durations: list[float], total: float | None) -> c.ModifySequence:
    return c.ModifySequence(
        **ME, sequence_id=f"seq_{number}", shots=sequence(number, *durations).shots, total_duration=total
    )


REQUESTS: st.SearchStrategy[ProjectRequest] = st.one_of(
    st.sampled_from([new(), new(preview="preview_2")]),
    st.just(c.OpenProject(**ME)),
    st.just(c.OpenProject(**ME)),
    st.booleans().map(lambda save: close(save, FILES)),
    st.builds(lambda made: c.AddScene(**ME, scene=made), _scenes),
    st.builds(
        lambda which, duration, title: c.ModifyScene(**ME, scene_id=which, duration=duration, title=title),
        _ids,
        st.none() | _durations,
        st.sampled_from([None, "", "New title"]),
    ),
    st.builds(lambda which: c.RemoveScene(**ME, scene_id=which), _ids),
    st.builds(lambda name: c.ModifyCharacter(**ME, character_id="char_1", name=name), st.sampled_from(["Bo", "Cy"])),
    st.builds(
        lambda n, total: c.ModifySequence(**ME, sequence_id=f"seq_{n}", total_duration=total),
        st.integers(1, 5),
        _durations,
    ),
    st.builds(_resequenced, st.integers(1, 3), _shots, st.none() | st.sampled_from([10.0, 5.1, 6.0])),
    st.just(c.DeleteProject(**ME)),
)
MOVES = st.lists(REQUESTS, max_size=40)


def play_moves(moves: list[ProjectRequest]) -> ProjectWorld:
    """A project that is created and opened, and then whatever comes."""
    world = ProjectWorld()
    for request in (new(), c.OpenProject(**ME), *moves):
        world.ask(request)
    return world


def json_of(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
