"""Everything that can be asked for. Imperative; a command is a request, never a fact, and may be sent twice."""

from __future__ import annotations

import msgspec

from shared.contracts.events import Surface
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import Segment


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="command"):
    """A request to a service."""


class TaskCommand(Command, frozen=True, kw_only=True):
    """A request about one task of one owner."""

    owner: str
    task: str


class CreateTask(TaskCommand, frozen=True, kw_only=True, tag="create-task"):
    """Create a task on a workflow by name; the newest version is copied into the task."""

    surface: Surface
    brief: Brief
    workflow: str = "story"
    auto: bool = False


class RequestSegment(TaskCommand, frozen=True, kw_only=True, tag="request-segment"):
    """Run a segment: the next one, a failed one again, or with `redo` a finished one anew."""

    segment: int
    redo: bool = False
    request_id: str = ""


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


class DefineWorkflow(Command, frozen=True, kw_only=True, tag="define-workflow"):
    """Add a workflow, or a new version of it."""

    name: str
    segments: tuple[Segment, ...]


class RemoveWorkflow(Command, frozen=True, kw_only=True, tag="remove-workflow"):
    """Remove a workflow by name."""

    name: str


class RunJob(Command, frozen=True, kw_only=True, tag="run-job"):
    """Do one job. `inputs` are the files it works from; `items` is how many jobs its group has.

    `again` says that it may have been asked for before, so that a record of it must be looked for.
    """

    job: JobRef
    attempt: int
    items: int
    brief: Brief
    inputs: tuple[Artifact, ...] = ()
    again: bool = False


TasksCommand = CreateTask | RequestSegment | EditScript | DeleteTask | DefineWorkflow | RemoveWorkflow
"""What the tasks service takes from the bus."""


class Problem(msgspec.Struct, frozen=True):
    """A refusal: a code of `shared.errors` and a sentence for the user."""

    code: str
    message: str


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a command, sent after its event is on disk. `position` is where a view must be to show it.

    `repeated` says the command had taken effect before, so that nothing was appended.
    """

    position: int = 0
    repeated: bool = False
    run: int = 0
    problem: Problem | None = None
