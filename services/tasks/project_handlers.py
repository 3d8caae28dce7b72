"""What the tasks service does with commands about projects and usage. The routing table stands at the end.

Bytes before the fact that names them: a version's files are in the bucket before the commit that names them is
appended. Files that no commit names any more are removed after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from services.tasks import project_files as files
from services.tasks.project import Closing, NameTaken, NewProject, ProjectRequest, ProjectState
from services.tasks.project_checks import settled
from services.tasks.project_commits import Now, carried_out, carry_out, check_newest, living, project_stream
from services.tasks.project_previews import is_preview_id, names_for, read_screenplay, screenplay_file
from services.tasks.usage import USAGE
from shared.artifacts.port import ArtifactStore
from shared.clock import now_ms
from shared.contracts import commands as c
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Artifact
from shared.errors import Invalid, NotFound, Unavailable
from shared.eventstore.handle import Origin, handle
from shared.eventstore.port import EventStore, StreamName

log = logging.getLogger("talewright.projects")

PREVIEW_TTL_MS = 24 * 3_600_000

Route = Callable[[EventStore, Any, Origin], Awaitable[c.Reply]]


@dataclass(frozen=True, slots=True)
class Projects:
    """All commands about projects, over the bucket. `clock` gives ms since 1970 UTC."""

    artifacts: ArtifactStore
    preview_ttl_ms: int = PREVIEW_TTL_MS
    clock: Callable[[], int] = now_ms

    async def finalize(self, store: EventStore, command: c.FinalizeProject, origin: Origin) -> c.Reply:
        """Makes a project of a preview under the first free name, which the reply tells."""
        play = await self._preview(store, command)
        now = await _made_before(store, command, play.name, origin) or await self._make(store, command, play, origin)
        return replace(now.reply, name=now.stream.id)

    async def open(self, store: EventStore, command: c.OpenProject, origin: Origin) -> c.Reply:
        """Opens a project whose files are as they were saved."""

        async def prepare(now: Now) -> ProjectRequest:
            if not await self._sound(now.state):
                await check_newest(store, now)  # a save may have replaced the files since
                raise Invalid("Project file corrupted or invalid")
            return command

        stream = project_stream(command.owner, command.project)
        return (await carry_out(store, stream, command, origin, prepare)).reply

    async def close(self, store: EventStore, command: c.CloseProject, origin: Origin) -> c.Reply:
        """Closes a project. What is saved is in the bucket first; the version before goes afterwards."""

        async def prepare(now: Now) -> ProjectRequest:
            if not (command.save and now.state.unsaved and now.state.screenplay):
                return Closing(command)
            return Closing(command, await self._write(now, now.state.screenplay))

        stream = project_stream(command.owner, command.project)
        now = await carry_out(store, stream, Closing(command), origin, prepare)
        if command.save:
            await self._tidy(now)
        return now.reply

    async def delete(self, store: EventStore, command: c.DeleteProject, origin: Origin) -> c.Reply:
        """Deletes a project, then its files. While the bucket is away it raises `Unavailable`: the command comes
        again, finds the project deleted and removes what is left."""
        now = await carry_out(store, project_stream(command.owner, command.project), command, origin)
        await self._remove(now, now.version)
        return now.reply

    async def change(self, store: EventStore, command: c.ProjectCommand, origin: Origin) -> c.Reply:
        """Changes the screenplay of an open project."""
        request: Any = command
        return (await carry_out(store, project_stream(command.owner, command.project), request, origin)).reply

    async def record_usage(self, store: EventStore, command: c.RecordUsage, origin: Origin) -> c.Reply:
        """Records answered requests, once for each command."""
        handled = await handle(store, USAGE, StreamName("usage", command.owner, origin.causation_id), command, origin)
        return c.Reply(position=handled.position, repeated=not handled.events)

    @property
    def routes(self) -> dict[type[c.Command], Route]:
        """Who takes which command."""
        return {
            c.FinalizeProject: self.finalize,
            c.OpenProject: self.open,
            c.CloseProject: self.close,
            c.DeleteProject: self.delete,
            c.AddScene: self.change,
            c.ModifyScene: self.change,
            c.RemoveScene: self.change,
            c.ModifyCharacter: self.change,
            c.ModifySequence: self.change,
            c.RecordUsage: self.record_usage,
        }

    async def _preview(self, store: EventStore, command: c.FinalizeProject) -> Screenplay:
        if not is_preview_id(command.preview):
            raise NotFound("Preview not found")
        streams = (StreamName(category, command.owner, command.preview) for category in ("task", "job"))
        file = screenplay_file(await store.load_below(*streams), self.clock() - self.preview_ttl_ms)
        try:
            return settled(read_screenplay(await self.artifacts.get_bytes(file.key)))
        except NotFound as error:
            raise NotFound("Preview not found") from error

    async def _make(self, store: EventStore, command: c.FinalizeProject, play: Screenplay, origin: Origin) -> Now:
        for name in names_for(play.name):
            try:
                return await self._create(store, command, replace(play, name=name), origin)
            except NameTaken:
                continue
        raise Invalid(f"There are too many projects called '{play.name}'; delete one of them first.")

    async def _create(self, store: EventStore, command: c.FinalizeProject, play: Screenplay, origin: Origin) -> Now:
        async def prepare(now: Now) -> ProjectRequest:
            return NewProject(command, play, await self._write(now, play))

        stream = project_stream(command.owner, play.name)
        return await carry_out(store, stream, NewProject(command, play), origin, prepare)

    async def _write(self, now: Now, play: Screenplay) -> tuple[Artifact, ...]:
        """Writes the documents of the version that is about to be appended."""
        content = files.documents(play)
        written = files.artifacts_of(now.stream.owner, now.stream.id, now.version + 1, content)
        puts = (self.artifacts.put_bytes(one.key, content[one.name], one.media_type) for one in written)
        await asyncio.gather(*puts)
        return written

    async def _sound(self, state: ProjectState) -> bool:
        try:
            found = await asyncio.gather(*(self.artifacts.get_bytes(one.key) for one in state.files))
        except (NotFound, Invalid):
            return False
        content = {one.name: data for one, data in zip(state.files, found, strict=True)}
        return files.read(content) == state.saved

    async def _tidy(self, now: Now) -> None:
        """Removes what is older than the newest save. What cannot be removed now goes after the next one."""
        try:
            await self._remove(now, files.version_of(now.state.files) - 1)
        except Unavailable as error:
            log.warning("project %s: older files stay: %s", now.stream.id, error.message)

    async def _remove(self, now: Now, upto: int) -> None:
        """Removes the files of a version and of all before it."""
        owner, name = now.stream.owner, now.stream.id
        keys = [one.key for one in await self.artifacts.list(files.folder_of(owner, name))]
        for folder in files.left_over(owner, name, keys, upto):
            await self.artifacts.delete_below(folder)


async def _made_before(store: EventStore, command: c.FinalizeProject, wanted: str, origin: Origin) -> Now | None:
    """The project that this command, or another one for the same preview, has made. Names are taken in order, so one
    that was never used ends the search."""
    for name in names_for(wanted):
        commits = await store.load(project_stream(command.owner, name))
        if not commits:
            return None
        if (now := carried_out(commits, origin) or living(commits, command.preview)) is not None:
            return now
    return None
