"""Everything that can happen. Past tense; the type that travels in `ce-type` stands in the registry."""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.contracts.jobs import JobRef
from shared.contracts.orders import Order
from shared.contracts.screenplay import Character, PlayScene, Screenplay, Sequence
from shared.contracts.values import Artifact, Brief, Charge
from shared.contracts.workflow import Segment, Workflow

Outcome = Literal["succeeded", "failed", "canceled", "aborted", "lost", "unsent"]
Surface = Literal["stories", "projects", "sessions", "videos"]


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
    which a command delivered twice is known; `order` is what was asked for, the same in every attempt of a run.
    `reservation` names what pays for it (`BudgetReserved`), if any of it is billed."""

    segment: int
    run: int
    attempt: int = 1
    request_id: str = ""
    order: Order | None = None
    reservation: str = ""


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


class ResultsApproved(Event, frozen=True, kw_only=True):
    """The user chose what of a gated segment is used, by its keys in the order of use; what was made from an earlier
    choice is dropped."""

    segment: int
    keys: tuple[str, ...]


class RedrawRequested(Event, frozen=True, kw_only=True):
    """One page of a finished film is to be drawn anew, and what depends on its picture made again. The film as it is
    stays until `RedrawCompleted`."""

    page: int
    run: int
    request_id: str = ""
    reservation: str = ""


class RedrawCompleted(Event, frozen=True, kw_only=True):
    """The page's new picture is in the film."""

    page: int
    run: int


class RedrawFailed(Event, frozen=True, kw_only=True):
    """The film stays as it was; `reason` is for the user."""

    page: int
    run: int
    reason: str


class TaskDeleted(Event, frozen=True, kw_only=True):
    """The user deleted the task; its files are owed a purge."""


class JobStarted(Event, frozen=True, kw_only=True):
    """Work that costs money is about to be submitted: the reservation that keeps others from submitting it too."""

    job: JobRef
    attempt: int
    provider: str


class SubmissionIntended(Event, frozen=True, kw_only=True):
    """One step of a job is about to be sent to a provider that bills. Whoever finds this without an answer does not
    send it again before it knows what became of it; `nonce` names this one sending, `input_sha256` what is sent."""

    job: JobRef
    attempt: int
    provider: str
    step: str
    nonce: str
    model: str
    input_sha256: str


class ProviderJobSubmitted(Event, frozen=True, kw_only=True):
    """The provider took the work; a worker that finds this polls and never submits again."""

    job: JobRef
    attempt: int
    provider: str
    provider_job_id: str
    step: str = ""
    nonce: str = ""


class ProviderJobSettled(Event, frozen=True, kw_only=True):
    """What became of one sending. `charge` is what it cost, whether it was of use or not; `outputs` are in the bucket.

    succeeded: used. failed, canceled, aborted: the provider says so. lost: it was (or may have been) taken and billed,
    and its result cannot be had. unsent: it certainly never reached the provider.
    """

    job: JobRef
    attempt: int
    provider: str
    step: str
    nonce: str
    outcome: Outcome
    provider_job_id: str = ""
    reason: str = ""
    charge: Charge | None = None
    outputs: tuple[Artifact, ...] = ()


class JobCompleted(Event, frozen=True, kw_only=True):
    """The work is done and its files are in the bucket. Writing a story also tells its pages and title."""

    job: JobRef
    attempt: int
    artifacts: tuple[Artifact, ...] = ()
    pages: int = 0
    title: str = ""
    took_ms: int = 0
    charges: tuple[Charge, ...] = ()


class JobFailed(Event, frozen=True, kw_only=True):
    """This attempt is given up; `reason` is for the user."""

    job: JobRef
    attempt: int
    reason: str


class BudgetReserved(Event, frozen=True, kw_only=True):
    """So much of a user's budget of a month is kept for what is about to be done for a task. `limit_microusd` is what
    the user may spend in the month by then."""

    reservation: str
    task: str
    amount_microusd: int
    limit_microusd: int
    at_ms: int


class BudgetSettled(Event, frozen=True, kw_only=True):
    """What was reserved is free again, but for what was spent. A settlement after the first one only adds: money that
    was billed late."""

    reservation: str
    task: str
    released_microusd: int
    spent_microusd: int


class ProjectCreated(Event, frozen=True, kw_only=True):
    """A preview became a project. `files` are in the bucket."""

    name: str
    preview: str
    screenplay: Screenplay
    files: tuple[Artifact, ...]


class ProjectOpened(Event, frozen=True, kw_only=True):
    """The user works on the project from now on."""


class SceneAdded(Event, frozen=True, kw_only=True):
    """A scene came to the project, with shots of its own."""

    scene: PlayScene
    sequence: Sequence


class SceneModified(Event, frozen=True, kw_only=True):
    """A scene as it is from now on."""

    scene: PlayScene


class SceneRemoved(Event, frozen=True, kw_only=True):
    """A scene and its sequence left the project."""

    scene_id: str


class CharacterModified(Event, frozen=True, kw_only=True):
    """A character as it is from now on."""

    character: Character


class SequenceModified(Event, frozen=True, kw_only=True):
    """A sequence as it is from now on."""

    sequence: Sequence


class ProjectSaved(Event, frozen=True, kw_only=True):
    """The project as it is now is what a revert goes back to. `files` are in the bucket and replace the older ones."""

    files: tuple[Artifact, ...]


class ProjectReverted(Event, frozen=True, kw_only=True):
    """The changes since the last save are dropped."""


class ProjectClosed(Event, frozen=True, kw_only=True):
    """The user works on the project no more."""


class ProjectDeleted(Event, frozen=True, kw_only=True):
    """The user deleted the project; its name is free again."""


class RequestNote(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request that was answered. `endpoint` is the route's path below the surface's prefix."""

    endpoint: str
    operation: str
    status: int
    took_ms: float
    sent_bytes: int
    at_ms: int


class RequestsServed(Event, frozen=True, kw_only=True):
    """Some requests of one user, noted together."""

    requests: tuple[RequestNote, ...]


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
