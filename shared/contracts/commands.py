"""Everything that can be asked for. Imperative; a command is a request, never a fact, and may be sent twice."""

from __future__ import annotations

import msgspec

from shared.contracts.budgets import Quote
from shared.contracts.events import RequestNote, Surface
from shared.contracts.jobs import JobRef
from shared.contracts.orders import Order
from shared.contracts.screenplay import PlayScene, Shot
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import Segment


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="command"):
    """A request to a service."""


class TaskCommand(Command, frozen=True, kw_only=True):
    """A request about one task of one owner."""

    owner: str
    task: str


class CreateTask(TaskCommand, frozen=True, kw_only=True, tag="create-task"):
    """Create a task on a workflow by name; the newest version is copied into the task.

    With `auto` its first segment is asked for at once, with this order. A `dry_run`, here and below, changes nothing:
    the reply's `quote` says what it would cost.
    """

    surface: Surface
    brief: Brief
    workflow: str = "story"
    auto: bool = False
    order: Order | None = None
    dry_run: bool = False


class RequestSegment(TaskCommand, frozen=True, kw_only=True, tag="request-segment"):
    """Run a segment: the next one, a failed one again, or with `redo` a finished one anew."""

    segment: int
    redo: bool = False
    request_id: str = ""
    order: Order | None = None
    dry_run: bool = False


class ApproveResults(TaskCommand, frozen=True, kw_only=True, tag="approve-results"):
    """Choose what of a finished segment with a gate is used, by keys, in the order of use."""

    segment: int
    keys: tuple[str, ...]


class RedrawPage(TaskCommand, frozen=True, kw_only=True, tag="redraw-page"):
    """Draw one page of a finished film anew, and render again what its picture is in."""

    page: int
    request_id: str = ""
    dry_run: bool = False


class EditScript(TaskCommand, frozen=True, kw_only=True, tag="edit-script"):
    """Replace the script of a finished segment by one that is in the bucket already."""

    segment: int
    script: Artifact
    pages: int


class DeleteTask(TaskCommand, frozen=True, kw_only=True, tag="delete-task"):
    """Delete a task and its files."""


class CompleteSegment(TaskCommand, frozen=True, kw_only=True, tag="complete-segment"):
    """The process found all jobs of a run done."""

    segment: int
    run: int
    pages: int = 0


class FailSegment(TaskCommand, frozen=True, kw_only=True, tag="fail-segment"):
    """The process found that an attempt cannot be completed."""

    segment: int
    run: int
    attempt: int
    reason: str


class CompleteRedraw(TaskCommand, frozen=True, kw_only=True, tag="complete-redraw"):
    """The process found all jobs of a redraw done."""

    page: int
    run: int


class FailRedraw(TaskCommand, frozen=True, kw_only=True, tag="fail-redraw"):
    """The process found that a redraw cannot be completed."""

    page: int
    run: int
    reason: str


class ReserveBudget(Command, frozen=True, kw_only=True, tag="reserve-budget"):
    """Keep so much of the owner's budget for a task; `user_limit_microusd` is for the month, over all tasks."""

    owner: str
    reservation: str
    task: str
    amount_microusd: int
    user_limit_microusd: int
    task_limit_microusd: int
    at_ms: int


class SettleBudget(Command, frozen=True, kw_only=True, tag="settle-budget"):
    """What a reservation was for is over, and has cost so much altogether. Nothing happens if that is known."""

    owner: str
    reservation: str
    spent_microusd: int


class DefineWorkflow(Command, frozen=True, kw_only=True, tag="define-workflow"):
    """Add a workflow, or a new version of it."""

    name: str
    segments: tuple[Segment, ...]


class RemoveWorkflow(Command, frozen=True, kw_only=True, tag="remove-workflow"):
    """Remove a workflow by name."""

    name: str


class RunJob(Command, frozen=True, kw_only=True, tag="run-job"):
    """Do one job. `inputs` are the files it works from; `items` is how many jobs its group has.

    `again` says that it may have been asked for before, so that a record of it must be looked for. `order` is the
    segment's; a `variant` above 0 wants another picture than the one of variant 0.
    """

    job: JobRef
    attempt: int
    items: int
    brief: Brief
    inputs: tuple[Artifact, ...] = ()
    again: bool = False
    order: Order | None = None
    variant: int = 0


class ProjectCommand(Command, frozen=True, kw_only=True):
    """A request about one project of one owner, by its name."""

    owner: str
    project: str


class FinalizeProject(Command, frozen=True, kw_only=True, tag="finalize-project"):
    """Make a project of a preview. The reply's `name` is the project's: the preview's, or numbered if that is taken."""

    owner: str
    preview: str


class OpenProject(ProjectCommand, frozen=True, kw_only=True, tag="open-project"):
    """Begin to work on a project."""


class CloseProject(ProjectCommand, frozen=True, kw_only=True, tag="close-project"):
    """End the work on a project; without `save`, go back to its last save."""

    save: bool


class DeleteProject(ProjectCommand, frozen=True, kw_only=True, tag="delete-project"):
    """Delete a project and its files."""


class AddScene(ProjectCommand, frozen=True, kw_only=True, tag="add-scene"):
    """Add a scene; it gets a sequence of its own."""

    scene: PlayScene


class ModifyScene(ProjectCommand, frozen=True, kw_only=True, tag="modify-scene"):
    """Change some of a scene's fields; None leaves one as it is. A new duration stretches the scene's shots."""

    scene_id: str
    title: str | None = None
    description: str | None = None
    location: str | None = None
    time_of_day: str | None = None
    duration: float | None = None
    characters: tuple[str, ...] | None = None
    key_actions: tuple[str, ...] | None = None
    visual_notes: str | None = None


class RemoveScene(ProjectCommand, frozen=True, kw_only=True, tag="remove-scene"):
    """Remove a scene and its sequence."""

    scene_id: str


class ModifyCharacter(ProjectCommand, frozen=True, kw_only=True, tag="modify-character"):
    """Change some of a character's fields; None leaves one as it is."""

    character_id: str
    name: str | None = None
    role: str | None = None
    description: str | None = None
    appearance: str | None = None
    personality: str | None = None


class ModifySequence(ProjectCommand, frozen=True, kw_only=True, tag="modify-sequence"):
    """Change a sequence's shots, or its duration (which stretches them); the scene's duration follows."""

    sequence_id: str
    total_duration: float | None = None
    shots: tuple[Shot, ...] | None = None


class RecordUsage(Command, frozen=True, kw_only=True, tag="record-usage"):
    """Note some answered requests of one user. The command's id names them, so that they are counted once."""

    owner: str
    requests: tuple[RequestNote, ...]


TasksCommand = (
    CreateTask
    | RequestSegment
    | ApproveResults
    | RedrawPage
    | EditScript
    | DeleteTask
    | DefineWorkflow
    | RemoveWorkflow
    | FinalizeProject
    | OpenProject
    | CloseProject
    | DeleteProject
    | AddScene
    | ModifyScene
    | RemoveScene
    | ModifyCharacter
    | ModifySequence
    | RecordUsage
)
"""What the tasks service takes from the bus."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal: a code of `shared.errors` and a sentence for the user; `quote` is what it would have cost."""

    code: str
    message: str
    quote: Quote | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a command, sent after its event is on disk. `position` is where a view must be to show it.

    `repeated` says the command had taken effect before, so that nothing was appended; `name` is a new project's.
    `quote` answers a dry run.
    """

    position: int = 0
    repeated: bool = False
    run: int = 0
    name: str = ""
    quote: Quote | None = None
    problem: Problem | None = None
