"""The rules of a project: a screenplay that its owner opens, changes, saves and closes. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from services.tasks.project_changes import Change, change, changed
from services.tasks.project_checks import checked_size, settled
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts import screenplay as s
from shared.contracts.values import Artifact
from shared.errors import Invalid, NotFound, OutOfOrder
from shared.eventstore.handle import Decider


class NameTaken(Invalid):
    """Another project has this name."""


class NewProject(msgspec.Struct, frozen=True):
    """`FinalizeProject` with the preview's screenplay under the name it shall have, and the files made of it."""

    command: c.FinalizeProject
    screenplay: s.Screenplay
    files: tuple[Artifact, ...] = ()


class Closing(msgspec.Struct, frozen=True):
    """`CloseProject` with the files of what is saved."""

    command: c.CloseProject
    files: tuple[Artifact, ...] = ()


class ProjectState(msgspec.Struct, frozen=True, kw_only=True):
    """A project after its events. `saved` is what a revert goes back to, and what `files` hold."""

    screenplay: s.Screenplay | None = None
    saved: s.Screenplay | None = None
    preview: str = ""
    files: tuple[Artifact, ...] = ()
    open: bool = False
    deleted: bool = False

    @property
    def exists(self) -> bool:
        """Created and not deleted."""
        return self.screenplay is not None and not self.deleted

    @property
    def unsaved(self) -> bool:
        """Whether there is anything to save."""
        return self.screenplay != self.saved


ProjectRequest = NewProject | c.OpenProject | Closing | c.DeleteProject | Change


def decide(request: ProjectRequest, state: ProjectState) -> Sequence[e.Event]:
    """What a request makes happen."""
    match request:
        case NewProject():
            return _create(request, state)
        case c.DeleteProject() if state.deleted:
            return ()
    if state.screenplay is None or state.deleted:
        raise NotFound("Project not found")
    match request:
        case c.DeleteProject():
            return (e.ProjectDeleted(),)
        case c.OpenProject():
            return () if state.open else (e.ProjectOpened(),)
        case Closing():
            return _close(request, state)
    if not state.open:
        raise OutOfOrder(f"Project '{state.screenplay.name}' is not open; open it first")
    return _change(request, state.screenplay)


def _create(new: NewProject, state: ProjectState) -> Sequence[e.Event]:
    if not state.exists:
        play = settled(new.screenplay)
        return (e.ProjectCreated(name=play.name, preview=new.command.preview, screenplay=play, files=new.files),)
    if state.preview != new.command.preview:
        raise NameTaken
    return ()


def _close(asked: Closing, state: ProjectState) -> Sequence[e.Event]:
    if not state.open:
        return ()
    if not state.unsaved:
        return (e.ProjectClosed(),)
    if asked.command.save:
        return (e.ProjectSaved(files=asked.files), e.ProjectClosed())
    return (e.ProjectReverted(), e.ProjectClosed())


def _change(request: Change, play: s.Screenplay) -> Sequence[e.Event]:
    events = change(request, play)
    for event in events:
        play = changed(play, event)
    checked_size(play)
    return events


def evolve(state: ProjectState, event: e.Event) -> ProjectState:
    """The project after one more event."""
    match event:
        case e.ProjectCreated(screenplay=play):
            return ProjectState(screenplay=play, saved=play, preview=event.preview, files=event.files)
        case e.ProjectOpened():
            return replace(state, open=True)
        case e.ProjectSaved(files=files):
            return replace(state, saved=state.screenplay, files=files)
        case e.ProjectReverted():
            return replace(state, screenplay=state.saved)
        case e.ProjectClosed():
            return replace(state, open=False)
        case e.ProjectDeleted():
            return replace(state, open=False, deleted=True)
        case _ if state.screenplay:
            return replace(state, screenplay=changed(state.screenplay, event))
        case _:
            return state


PROJECT: Decider[ProjectRequest, ProjectState] = Decider(ProjectState(), decide, evolve)
