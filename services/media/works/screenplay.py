"""Screenplays: written from a prompt, read for a story."""

from __future__ import annotations

import msgspec

from services.media.ports import Progress
from services.media.works.studio import JSON, Outcome, Studio
from services.media.workspace import LeftFile, Workspace
from shared.contracts.commands import RunJob
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Artifact
from shared.errors import Invalid

_SCREENPLAY = msgspec.json.Decoder(Screenplay)


async def write_screenplay(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """From a prompt to a screenplay."""
    if not isinstance(command.order, ScreenplayOrder):
        raise Invalid("A screenplay needs an order that says what it shall be like.")
    play = await studio.screenwriter.write(command.brief.topic, command.order, command.brief.seed)
    name = "screenplay.json"
    space.write_json(name, play)
    return Outcome(files=(LeftFile(name=name, media_type=JSON),), pages=len(play.scenes), title=play.name)


async def read_screenplay(space: Workspace, artifact: Artifact) -> Screenplay:
    """The screenplay behind an artifact. Raises `Invalid` if it is none, `NotFound` if it is gone."""
    file = await space.bring(artifact, "screenplay.json")
    try:
        return _SCREENPLAY.decode(file.read_bytes())
    except msgspec.MsgspecError as error:
        raise Invalid(f"The screenplay is not readable: {error}") from error
