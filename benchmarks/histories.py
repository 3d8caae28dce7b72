"""Events as they are after many people have made many stories, without the hours that takes.

Whole stories are played once by the services' own rules (task and process decide, workers answer), in several
variants; then each is told again for as many tasks as are wanted, side by side as they run in the system. Pure: the
same seed gives the same log.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from msgspec.structs import replace

from services.tasks import process
from services.tasks.process import Due
from services.tasks.process_state import ProcessState, evolve
from services.tasks.task import TASK, NewTask, TaskRequest
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import LANGUAGES, STYLES, Artifact, Brief
from shared.contracts.workflow import STORY, JobKind
from shared.eventstore.port import Commit, Metadata, StreamName

OWNERS = 1_000
SIDE_BY_SIDE = 50
"""So many stories are in the making at any time, as in the orchestration benchmark."""

_OWNER, _TASK = "owner", "task"
_EPOCH_MS = 1_763_722_800_123
_TOPICS = ("A fox who follows the moon", "Magnet Mania", "Why the sea is salty", "The clockmaker's apprentice")

Step = tuple[str, tuple[e.Event, ...]]
"""What follows the task's id in the stream's id ("" for the task itself), and the events of one commit."""

Story = tuple[Step, ...]


class _Played:
    """One story, played to its end."""

    def __init__(self, pages: int, auto: bool, luckless: JobKind | None = None) -> None:
        self.steps: list[Step] = []
        self._pages, self._luckless = pages, luckless
        self._queue: list[c.RunJob] = []
        self._state = ProcessState(owner=_OWNER, id=_TASK)
        brief = Brief(topic=_TOPICS[0], main_role="Mira the fox", scene="a snowy wood", genre="bedtime", seed=7)
        command = c.CreateTask(owner=_OWNER, task=_TASK, surface="stories", brief=brief, auto=auto)
        self._ask(NewTask(command, STORY))
        self._work()
        while self._state.task.current < len(STORY.segments):
            self._ask(c.RequestSegment(owner=_OWNER, task=_TASK, segment=self._state.task.current + 1))
            self._work()

    def redo(self, segment: int) -> None:
        """The user wants a segment once more, and all that follow."""
        for number in range(segment, len(STORY.segments) + 1):
            redo = number == segment
            self._ask(c.RequestSegment(owner=_OWNER, task=_TASK, segment=number, redo=redo))
            self._work()

    def delete(self) -> None:
        """The user has seen enough."""
        self._ask(c.DeleteTask(owner=_OWNER, task=_TASK))
        self._work()

    def _ask(self, request: TaskRequest) -> None:
        if events := tuple(TASK.decide(request, self._state.task)):
            self._append("", events)

    def _append(self, below: str, events: tuple[e.Event, ...]) -> None:
        self.steps.append((below, events))
        for event in events:
            self._state = evolve(self._state, event)
            for due in process.react(self._state, event):
                self._give_out(due)

    def _give_out(self, due: Due) -> None:
        if isinstance(due, c.RunJob):
            self._queue.append(due)
        else:
            assert not isinstance(due, c.SettleBudget), "nobody here has a budget"
            self._ask(due)

    def _work(self) -> None:
        while self._queue:
            command = self._queue.pop(0)
            self._append(command.job.stream_id.removeprefix(_TASK), (self._answer(command),))

    def _answer(self, command: c.RunJob) -> e.Event:
        job, attempt = command.job, command.attempt
        if job.kind == self._luckless and attempt == 1 and job.item in (0, 1):
            return e.JobFailed(job=job, attempt=attempt, reason="The picture service is away. Try again.")
        writes = job.kind in ("write_story", "split_text")
        return e.JobCompleted(
            job=job,
            attempt=attempt,
            artifacts=_left_by(job),
            pages=self._pages if writes else 0,
            title="Mira and the Moon" if job.kind == "write_story" else "",
            took_ms=1234,
        )


def _left_by(job: JobRef) -> tuple[Artifact, ...]:
    files = {
        "write_story": [("script_data.json", "application/json", True)],
        "split_text": [("script_data.json", "application/json", True)],
        "draw_image": [(f"image/p{job.item}.png", "image/png", True)],
        "speak_page": [
            (f"speech/s{job.item}_1.wav", "audio/wav", True),
            (f"speech/p{job.item}.json", "application/json", False),
        ],
        "render_clip": [(f"video/c{job.item}.mp4", "video/mp4", False)],
        "mix_sound": [("video/sound.m4a", "audio/mp4", False)],
        "assemble_video": [("output.mp4", "video/mp4", True), ("output.srt", "application/x-subrip", True)],
    }.get(job.kind, [])
    return tuple(
        Artifact(name=name, key=f"{_key(job)}/{name}", media_type=kind, size_bytes=123_456, public=public)
        for name, kind, public in files
    )


def _key(job: JobRef) -> str:
    return f"{job.owner}/{job.task}/{job.run}/{job.kind}"


def stories() -> list[Story]:
    """Templates: mostly stories that just succeed, some with a failure, a redo, or deleted at their end."""
    played = [_Played(pages, auto) for pages in (4, 6, 6, 8) for auto in (False, True)]
    failing = _Played(6, auto=False, luckless="draw_image")
    redone = _Played(6, auto=False)
    redone.redo(2)
    deleted = _Played(4, auto=True)
    deleted.delete()
    return [tuple(one.steps) for one in (*played, failing, redone, deleted)]


def log(commits: int, seed: int = 7) -> Iterator[Commit]:
    """So many commits in the order of their positions, from 1 on."""
    dice, templates = random.Random(seed), stories()
    running: list[Iterator[Commit]] = []
    begun = 0
    for position in range(1, commits + 1):
        while True:
            while len(running) < SIDE_BY_SIDE:
                running.append(_told(begun, templates[dice.randrange(len(templates))]))
                begun += 1
            at = dice.randrange(len(running))
            commit = next(running[at], None)
            if commit is not None:
                break
            running.pop(at)
        metadata = replace(commit.metadata, time_ms=_EPOCH_MS + position * 7)
        yield replace(commit, position=position, metadata=metadata)


def _told(number: int, story: Story) -> Iterator[Commit]:
    """A story as if this task had lived it; positions and times are given later."""
    owner, task = str(number % OWNERS + 1), str(number + 1)
    brief = {"topic": _TOPICS[number % len(_TOPICS)], "seed": number}
    brief |= {"style": STYLES[number % len(STYLES)], "language": LANGUAGES[number % len(LANGUAGES)]}
    versions: dict[str, int] = {}
    for step, (below, events) in enumerate(story):
        version = versions[below] = versions.get(below, 0) + 1
        stream = StreamName("job" if below else "task", owner, task + below)
        told = tuple(_of_task(event, owner, task, brief) for event in events)
        metadata = Metadata(
            event_id=f"01J8ZJ5XK4M7{number:010d}{step:04d}",
            time_ms=0,
            source="services/media" if below else "services/tasks",
            correlation_id=f"01J8ZJ5XK4M7{number:010d}0000",
            causation_id=f"01J8ZJ5XK4M7{number:010d}{max(step - 1, 0):04d}",
        )
        yield Commit(stream=stream, version=version, position=0, events=told, metadata=metadata)


def _of_task(event: e.Event, owner: str, task: str, brief: dict[str, object]) -> e.Event:
    if isinstance(event, e.TaskCreated):
        return replace(event, brief=replace(event.brief, **brief))
    if not isinstance(event, e.JobCompleted | e.JobFailed):
        return event
    job = replace(event.job, owner=owner, task=task)
    if isinstance(event, e.JobFailed):
        return replace(event, job=job)
    return replace(event, job=job, artifacts=tuple(replace(a, key=f"{_key(job)}/{a.name}") for a in event.artifacts))
