"""The steps of a session: pictures, clips of them, a film of the clips."""

from __future__ import annotations

from services.media.ports import Progress
from services.media.works.studio import MP4, PNG, Outcome, Studio, ours
from services.media.workspace import LeftFile, Workspace
from shared.contracts.commands import RunJob
from shared.contracts.orders import ClipsOrder, CompositionOrder
from shared.contracts.values import FRAME_SIZE_PX
from shared.errors import Invalid


async def draw_picture(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """One of the pictures of a prompt."""
    brief, item = command.brief, command.job.item
    name = f"images/{item}.png"
    await studio.painter.paint(brief.topic, item, brief.aspect_ratio, brief.seed, space.path(name), progress)
    return Outcome(files=(LeftFile(name=name, media_type=PNG),), charges=ours(studio.prices.picture()))


async def animate_picture(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """One clip of an approved picture."""
    order, brief, item = command.order, command.brief, command.job.item
    if not isinstance(order, ClipsOrder) or len(command.inputs) != 1:
        raise Invalid("A clip needs an order and one picture.")
    name = f"clips/{item}.mp4"
    await studio.clip_maker.animate(
        space.path(command.inputs[0].name), order.prompt, order.duration_ms, FRAME_SIZE_PX[brief.aspect_ratio],
        item, brief.seed, space.path(name), progress,
    )  # fmt: skip
    return Outcome(files=(LeftFile(name=name, media_type=MP4),), charges=ours(studio.prices.clip(order.duration_ms)))


async def compose_video(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """The film of the approved clips."""
    order = command.order or CompositionOrder()
    clips = [space.path(one.name) for one in command.inputs if one.media_type == MP4]
    if not isinstance(order, CompositionOrder) or not clips:
        raise Invalid("A film needs at least one clip.")
    audio = await space.bring(order.audio, "sound/given") if order.audio else None
    name = "final.mp4"
    size_px = FRAME_SIZE_PX[command.brief.aspect_ratio]
    await studio.editor.compose(clips, order.overlays, audio, size_px, space.path(name), progress)
    return Outcome(files=(LeftFile(name=name, media_type=MP4),))
