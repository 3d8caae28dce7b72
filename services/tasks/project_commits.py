"""How a command about a project is carried out: like `shared.eventstore.handle.handle`, with two things more.

Files are prepared for the very version that will name them, anew whenever somebody else was faster. And a command that
comes a second time is known by its id, whatever has happened since: the rules alone would open a closed project again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec.structs import replace

from services.tasks.project import PROJECT, ProjectRequest, ProjectState
from services.tasks.project_checks import is_name
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.errors import ConcurrencyConflict, NotFound
from shared.eventstore.handle import RETRIES, Origin
from shared.eventstore.port import Commit, EventStore, StreamName


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """A project as a command found it, or right after the command's own commit."""

    stream: StreamName
    state: ProjectState
    version: int
    position: int
    repeated: bool = False

    @property
    def reply(self) -> c.Reply:
        """What the sender is told."""
        return c.Reply(position=self.position, repeated=self.repeated)


Prepare = Callable[[Now], Awaitable[ProjectRequest]]
"""Does what must be done before a commit that follows on what was found; returns the request to decide on."""


def project_stream(owner: str, name: str) -> StreamName:
    """Where a project's events are. Raises `NotFound` for what is no project's name."""
    if not is_name(name):
        raise NotFound("Project not found")
    return StreamName("project", owner, name)


async def carry_out(
    store: EventStore, stream: StreamName, request: ProjectRequest, origin: Origin, prepare: Prepare | None = None
) -> Now:
    """Carries out one command. Raises what `decide`, `prepare` and `append` raise."""
    for _ in range(RETRIES + 1):
        commits = await store.load(stream)  # 1 load, 2 fold
        if (before := carried_out(commits, origin)) is not None:
            return before
        now = _now(stream, commits)
        if not PROJECT.decide(request, now.state):  # 3 refused or done before: nothing is prepared
            return replace(now, repeated=True)
        try:
            ready = await prepare(now) if prepare else request  # 4 prepare
            return await _append(store, now, PROJECT.decide(ready, now.state), origin)  # 5 decide, append
        except ConcurrencyConflict:
            continue
    raise ConcurrencyConflict(f"Others kept changing project {stream.id}.")


async def _append(store: EventStore, now: Now, events: Sequence[e.Event], origin: Origin) -> Now:
    position = await store.append(now.stream, now.version, events, origin.metadata())
    state = now.state
    for event in events:
        state = PROJECT.evolve(state, event)
    return replace(now, state=state, version=now.version + 1, position=position)


def _now(stream: StreamName, commits: Sequence[Commit]) -> Now:
    version, position = (commits[-1].version, commits[-1].position) if commits else (0, 0)
    return Now(stream=stream, state=PROJECT.fold(commits), version=version, position=position)


def carried_out(commits: Sequence[Commit], origin: Origin) -> Now | None:
    """The project right after the commit of this very command, if there is one."""
    for index, commit in enumerate(commits, 1):
        if origin.causation_id and commit.metadata.causation_id == origin.causation_id:
            return replace(_now(commit.stream, commits[:index]), repeated=True)
    return None


def living(commits: Sequence[Commit], preview: str) -> Now | None:
    """The project, if it was made of this preview and not deleted."""
    now = _now(commits[0].stream, commits)
    return replace(now, repeated=True) if now.state.exists and now.state.preview == preview else None


async def check_newest(store: EventStore, now: Now) -> None:
    """Raises `ConcurrencyConflict` if there are newer commits."""
    if await store.load(now.stream, now.version):
        raise ConcurrencyConflict(f"Project {now.stream.id} was changed meanwhile.")
