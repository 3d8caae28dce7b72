"""A small world in memory for laws: a task, its process and workers that answer, fail, or answer late."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.tasks import process
from services.tasks.process import Due
from services.tasks.process_state import ProcessState, evolve
from services.tasks.task import TASK, NewTask, TaskRequest
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import STORY, Workflow
from shared.errors import Rejected
from shared.eventstore.port import Commit, Metadata, StreamName

PAGES = 3
BRIEF = Brief(topic="Magnet Mania")


@dataclass
class World:
    """Everything that happened, in order, and every command that was ever given out."""

    workflow: Workflow = STORY
    auto: bool = False
    commits: list[Commit] = field(default_factory=list)
    sent: dict[str, Due] = field(default_factory=dict)
    queue: list[c.RunJob] = field(default_factory=list)
    state: ProcessState = field(default_factory=lambda: ProcessState(owner="7", id="1"))
    versions: dict[str, int] = field(default_factory=dict)

    def create(self) -> World:
        created = c.CreateTask(owner="7", task="1", surface="stories", brief=BRIEF, auto=self.auto)
        return self.ask(NewTask(created, self.workflow))

    def ask(self, request: TaskRequest) -> World:
        try:
            events = tuple(TASK.decide(request, self.state.task))
        except Rejected:
            return self
        if events:
            self.append(StreamName("task", "7", "1"), events)
        return self

    def request(self, segment: int, redo: bool = False) -> World:
        return self.ask(c.RequestSegment(owner="7", task="1", segment=segment, redo=redo))

    def redraw(self, page: int) -> World:
        return self.ask(c.RedrawPage(owner="7", task="1", page=page))

    def append(self, stream: StreamName, events: tuple[e.Event, ...]) -> None:
        version = self.versions[stream.id] = self.versions.get(stream.id, 0) + 1
        position = len(self.commits) + 1
        metadata = Metadata(event_id=f"e{position}", time_ms=position)
        self.commits.append(Commit(stream=stream, version=version, position=position, events=events, metadata=metadata))
        for event in events:
            self.state = evolve(self.state, event)
            for due in process.react(self.state, event):
                self.give_out(due)

    def give_out(self, due: Due) -> None:
        self.sent[name_of(due)] = due
        if isinstance(due, c.RunJob):
            if due not in self.queue:
                self.queue.append(due)
        elif not isinstance(due, c.SettleBudget):
            self.ask(due)

    def work(self, index: int = 0, fail: bool = False) -> World:
        """A worker takes one command and answers it."""
        if self.queue:
            command = self.queue.pop(index % len(self.queue))
            failed = e.JobFailed(job=command.job, attempt=command.attempt, reason="away")
            event = failed if fail else result_of(command)
            self.append(StreamName("job", "7", command.job.stream_id), (event,))
        return self

    def work_all(self) -> World:
        while self.queue:
            self.work()
        return self


def result_of(command: c.RunJob) -> e.JobCompleted:
    job = command.job
    writes = job.kind in ("write_story", "split_text")
    return e.JobCompleted(
        job=job, attempt=command.attempt, artifacts=artifacts_of(job), pages=PAGES if writes else 0, took_ms=1
    )


def artifacts_of(job: JobRef) -> tuple[Artifact, ...]:
    names = {
        "write_story": ["script_data.json"],
        "split_text": ["script_data.json"],
        "draw_image": [f"image/p{job.item}.png"],
        "speak_page": [f"speech/s{job.item}_1.wav", f"speech/p{job.item}.json"],
        "render_clip": [f"video/c{job.item}.mp4"],
        "mix_sound": ["video/sound.m4a"],
        "assemble_video": ["output.mp4"],
        "draw_picture": [f"images/{job.item}.png"],
        "animate_picture": [f"clips/{job.item}.mp4"],
        "compose_video": ["final.mp4"],
    }.get(job.kind, [])
    kinds = {"json": "application/json"}
    return tuple(
        Artifact(name=n, key=f"r{job.run}/{n}", media_type=kinds.get(n.split(".")[-1], "x/y"), size_bytes=1)
        for n in names
    )


def name_of(due: Due) -> str:
    if isinstance(due, c.RunJob):
        return f"{due.job.stream_id}.{due.attempt}"
    return repr(due)
