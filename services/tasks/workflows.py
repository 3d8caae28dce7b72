"""The rules of workflow definitions: what an administrator may define. Pure.

A workflow's jobs need each other's results, so a definition is refused if a kind of job comes before what it
works from, or if the same kind comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.workflow import SCREENPLAY, SESSION, STORY, JobKind, Segment, Wave, Workflow
from shared.errors import Invalid, NotFound
from shared.eventstore.handle import Decider

BUILT_IN: dict[str, Workflow] = {workflow.name: workflow for workflow in (STORY, SESSION, SCREENPLAY)}
"""Served while nobody has defined a workflow of that name."""

RESERVED = {SESSION.name: "sessions", SCREENPLAY.name: "projects"}
"""Workflows that one surface only runs on, and nobody defines."""

WORKS_FROM: dict[JobKind, tuple[JobKind, ...]] = {
    "write_story": (),
    "draw_image": ("write_story",),
    "split_text": ("write_story",),
    "speak_page": ("write_story",),
    "render_clip": ("draw_image", "speak_page"),
    "mix_sound": ("speak_page",),
    "assemble_video": ("render_clip", "mix_sound"),
}
PER_PAGE: frozenset[JobKind] = frozenset(("draw_image", "speak_page", "render_clip"))


class WorkflowState(msgspec.Struct, frozen=True):
    """The newest definition; `version` counts on from the built-in one."""

    workflow: Workflow | None = None
    version: int = 0


def decide(command: c.DefineWorkflow | c.RemoveWorkflow, state: WorkflowState) -> Sequence[e.Event]:
    """What an administrator's request makes happen."""
    match command:
        case c.DefineWorkflow(name=name, segments=segments):
            check(name, segments)
            if state.workflow and state.workflow.segments == segments:
                return ()
            first = BUILT_IN[name].version if name in BUILT_IN else 0
            return (e.WorkflowDefined(name=name, version=max(state.version, first) + 1, segments=segments),)
        case _:
            if state.version == 0:
                raise NotFound("Workflow not found")
            return (e.WorkflowRemoved(name=command.name),) if state.workflow else ()


def evolve(state: WorkflowState, event: e.Event) -> WorkflowState:
    """The definition after one more event."""
    match event:
        case e.WorkflowDefined(name=name, version=version, segments=segments):
            return WorkflowState(Workflow(name, version, segments), version)
        case e.WorkflowRemoved():
            return WorkflowState(None, state.version)
        case _:
            return state


def check(name: str, segments: tuple[Segment, ...]) -> None:
    """Raises `Invalid`, naming the faulty segment, unless the definition can be carried out."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,62}", name):
        raise Invalid("A workflow's name is lower-case letters, digits and dashes, 63 at most.")
    if name in RESERVED:
        raise Invalid(f"The workflow {name} is built in and stays as it is.")
    if not 1 <= len(segments) <= 20:
        raise Invalid("A workflow has 1 to 20 segments.")
    done: set[JobKind] = set()
    for number, segment in enumerate(segments, 1):
        _check_heading(segment, number)
        for wave in segment.waves:
            _check_wave(segment, wave, done)


def _check_heading(segment: Segment, number: int) -> None:
    if segment.id != number:
        raise Invalid(f"Segment {number} must have id {number}, not {segment.id}.")
    if not 1 <= len(segment.name.strip()) <= 60:
        raise Invalid(f"Segment {number} needs a name of 1 to 60 characters.")
    if not segment.waves or not all(segment.waves):
        raise Invalid(f"Segment {number} has no jobs.")


def _check_wave(segment: Segment, wave: Wave, done: set[JobKind]) -> None:
    kinds = [(group.kind, group.per) for group in wave]
    for kind, per in kinds:
        if kind not in WORKS_FROM or kind in done:
            raise Invalid(f"Segment {segment.id}: {kind} cannot stand here.")
        if (per == "page") != (kind in PER_PAGE):
            raise Invalid(f"Segment {segment.id}: {kind} is not done per {per}.")
        missing = [needed for needed in WORKS_FROM[kind] if needed not in done]
        if missing:
            raise Invalid(f"Segment {segment.id}: {kind} needs {missing[0]} first.")
    done.update(kind for kind, _ in kinds)


WORKFLOW: Decider[c.DefineWorkflow | c.RemoveWorkflow, WorkflowState] = Decider(WorkflowState(), decide, evolve)
