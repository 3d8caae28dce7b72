"""What a preview must be like to become a project. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from services.tasks.process_state import ProcessState, evolve
from services.tasks.project_checks import NAME_CHARS
from shared.contracts import events as e
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Artifact
from shared.contracts.workflow import SCREENPLAY
from shared.errors import Invalid, NotFound
from shared.eventstore.port import Commit

MOST_OF_A_NAME = 100
FILE = "screenplay.json"

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def is_preview_id(preview: str) -> bool:
    """Whether a task may be called that at all."""
    return _ID.fullmatch(preview) is not None


def screenplay_file(commits: Sequence[Commit], created_after_ms: int) -> Artifact:
    """The screenplay that a preview's task has left, given all commits of the task and its jobs.

    Raises `NotFound` unless it is a preview that is done, not deleted, and created after that moment.
    """
    if not commits or not _is_preview(commits[0]) or commits[0].metadata.time_ms <= created_after_ms:
        raise NotFound("Preview not found")
    state = ProcessState(owner=commits[0].stream.owner, id=commits[0].stream.id)
    for commit in commits:
        for event in commit.events:
            state = evolve(state, event)
    task = state.task
    left = [a for result in state.results.values() for a in result.artifacts if a.name == FILE]
    if not task.exists or task.current < len(task.segments) or not left:
        raise NotFound("Preview not found")
    return left[-1]


def _is_preview(commit: Commit) -> bool:
    first = commit.events[0]
    return isinstance(first, e.TaskCreated) and (first.surface, first.workflow.name) == ("projects", SCREENPLAY.name)


def read_screenplay(data: bytes) -> Screenplay:
    """A preview's screenplay from its file. Raises `Invalid`."""
    try:
        return msgspec.json.decode(data, type=Screenplay)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid("Preview file corrupted or invalid") from error


def names_for(wanted: str) -> Iterator[str]:
    """The name itself, then numbered ones, cut so that each stays a name."""
    yield wanted
    for number in range(2, MOST_OF_A_NAME + 1):
        ending = f"-{number}"
        yield wanted[: NAME_CHARS - len(ending)].rstrip("-") + ending
