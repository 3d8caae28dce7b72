"""The steps from a brief to a film."""

from __future__ import annotations

from services.media.model import Script
from services.media.ports import Progress
from services.media.works.screenplay import read_screenplay
from services.media.works.studio import JSON, M4A, MP4, PNG, WAV, Outcome, Studio
from services.media.workspace import LeftFile, Workspace
from shared.contracts.commands import RunJob
from shared.contracts.orders import AdaptationOrder
from shared.errors import Invalid


async def write_story(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """From the brief, or from a screenplay, to a script."""
    match command.order:
        case AdaptationOrder(screenplay=screenplay):
            play = await read_screenplay(space, screenplay)
            return _script_left(space, await studio.screenwriter.adapt(play, command.brief))
        case _:
            return _script_left(space, await studio.writer.write(command.brief))


async def split_text(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """From a script to one whose pages have pieces to speak."""
    return _script_left(space, await studio.writer.split(space.script()))


async def draw_image(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """One page's picture."""
    name = f"image/p{command.job.item}.png"
    script, file = _page_of(space, command), space.path(name)
    await studio.illustrator.draw(script, command.job.item, file, progress, command.variant)
    return Outcome(files=(LeftFile(name=name, media_type=PNG),))


async def speak_page(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """One page's narration: a WAV a piece, and the timings of the words."""
    page = command.job.item
    script = _page_of(space, command)
    if not script.pages[page - 1].pieces:  # a workflow without Split
        script = await studio.writer.split(script)
    speech = await studio.narrator.speak(script, page, space.path("speech/x").parent, progress)
    timings = f"speech/p{page}.json"
    space.write_json(timings, speech)
    wavs = tuple(LeftFile(name=f"speech/{piece.file}", media_type=WAV) for piece in speech.pieces)
    return Outcome(files=(*wavs, LeftFile(name=timings, media_type=JSON, public=False)))


async def render_clip(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """The frames of one page, silent, with the crossfade from the page before."""
    page = command.job.item
    script = _page_of(space, command)
    pictures = {n: path for n in (page - 1, page) if (path := space.path(f"image/p{n}.png")).exists()}
    name = f"video/c{page}.mp4"
    await studio.animator.render(script, page, space.speeches(script), pictures, space.path(name), progress)
    return Outcome(files=(LeftFile(name=name, media_type=MP4, public=False),))


async def mix_sound(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """The sound track of the whole film."""
    script, name = space.script(), "video/sound.m4a"
    await studio.compositor.mix(script, space.speeches(script), space.path("speech/x").parent, space.path(name))
    return Outcome(files=(LeftFile(name=name, media_type=M4A, public=False),))


async def assemble_video(studio: Studio, command: RunJob, space: Workspace, progress: Progress) -> Outcome:
    """The film, its subtitles as a file, and a cover picture."""
    script = space.script()
    clips = [space.path(f"video/c{page.number}.mp4") for page in script.pages]
    sound = space.path("video/sound.m4a")
    await studio.compositor.assemble(script, space.speeches(script), clips, sound, space.root)
    film = LeftFile(name="output.mp4", media_type=MP4)
    subtitles = LeftFile(name="output.srt", media_type="application/x-subrip")
    return Outcome(files=(film, subtitles, LeftFile(name="cover.jpg", media_type="image/jpeg")))


def _script_left(space: Workspace, script: Script) -> Outcome:
    name = "script_data.json"
    space.write_json(name, script)
    return Outcome(files=(LeftFile(name=name, media_type=JSON),), pages=len(script.pages), title=script.title)


def _page_of(space: Workspace, command: RunJob) -> Script:
    script = space.script()
    if not 1 <= command.job.item <= len(script.pages):
        raise Invalid(f"The script has no page {command.job.item}.")
    return script
