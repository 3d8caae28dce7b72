"""Everything that can happen. Past tense; the type that travels in `ce-type` stands in the registry."""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import Segment, Workflow

Surface = Literal["stories", "sessions", "videos"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact that an aggregate's decider established."""


class TaskCreated(Event, frozen=True, kw_only=True):
    """Somebody wants a story; `auto` runs one segment after the other without being asked."""

    surface: Surface
    workflow: Workflow
    brief: Brief
    auto: bool = False


class SegmentRequested(Event, frozen=True, kw_only=True):
    """A segment is to be done. A higher `attempt` of the same `run` does just what is still missing;
    a new run of an earlier segment drops that segment's results and all later ones. `request_id` is the command's, by
    which a command delivered twice is known."""

    segment: int
    run: int
    attempt: int = 1
    request_id: str = ""


class SegmentCompleted(Event, frozen=True, kw_only=True):
    """All jobs of a run are done. `pages` is the number of pages the story has from here on."""

    segment: int
    run: int
    pages: int = 0


class SegmentFailed(Event, frozen=True, kw_only=True):
    """An attempt ended without all results; `reason` is for the user."""

    segment: int
    run: int
    attempt: int
    reason: str


class ScriptEdited(Event, frozen=True, kw_only=True):
    """The user replaced the script of a finished segment; what was made from the old one is dropped."""

    segment: int
    script: Artifact
    pages: int


class TaskDeleted(Event, frozen=True, kw_only=True):
    """The user deleted the task; its files are owed a purge."""


class JobStarted(Event, frozen=True, kw_only=True):
    """Work that costs money is about to be submitted: the reservation that keeps others from submitting it too."""

    job: JobRef
    attempt: int
    provider: str


class ProviderJobSubmitted(Event, frozen=True, kw_only=True):
    """The provider took the work; a worker that finds this polls and never submits again."""

    job: JobRef
    attempt: int
    provider: str
    provider_job_id: str


class JobCompleted(Event, frozen=True, kw_only=True):
    """The work is done and its files are in the bucket. Writing a story also tells its pages and title."""

    job: JobRef
    attempt: int
    artifacts: tuple[Artifact, ...] = ()
    pages: int = 0
    title: str = ""
    took_ms: int = 0


class JobFailed(Event, frozen=True, kw_only=True):
    """This attempt is given up; `reason` is for the user."""

    job: JobRef
    attempt: int
    reason: str


class WorkflowDefined(Event, frozen=True, kw_only=True):
    """An administrator added a workflow or a new version of one."""

    name: str
    version: int
    segments: tuple[Segment, ...]


class WorkflowRemoved(Event, frozen=True, kw_only=True):
    """An administrator removed a workflow; tasks that run on it keep their copy."""

    name: str


class AccountRegistered(Event, frozen=True, kw_only=True):
    """An account exists. Audit only: accounts live in the auth service's database."""

    username: str


class RefreshTokenReused(Event, frozen=True, kw_only=True):
    """A rotated refresh token came back: its whole family was revoked."""

    family: str
