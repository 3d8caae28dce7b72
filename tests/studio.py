"""A studio that makes tiny files at once, for tests of everything around it; it can be told to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from services.media.model import Hero, Page, PageSpeech, Scene, Script, SpokenPiece, Word
from services.media.ports import Progress
from services.media.works import Prices, Studio
from shared.contracts.orders import Overlay, ScreenplayOrder
from shared.contracts.screenplay import Character, PlayScene, Screenplay, Shot
from shared.contracts.screenplay import Sequence as Shots
from shared.contracts.values import AspectRatio, Brief
from shared.errors import Invalid, Unavailable

PAGES = 3


class TinyStudio:
    """All ports. `broken` holds the kinds of work that fail, `refused` those that can never succeed."""

    def __init__(self, pages: int = PAGES) -> None:
        self.pages = pages
        self.broken: set[str] = set()
        self.refused: set[str] = set()
        self.slow_s = 0.0
        self.done: list[str] = []

    def studio(self) -> Studio:
        return Studio(
            writer=self, illustrator=self, narrator=self, animator=self, compositor=self,
            painter=self, clip_maker=self, editor=self, screenwriter=TinyScreenwriter(self), prices=Prices(),
        )  # fmt: skip

    async def work(self, name: str) -> None:
        kind = name.partition(" ")[0]
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if kind in self.refused:
            raise Invalid(f"{kind} cannot be done")
        if kind in self.broken:
            raise Unavailable(f"{kind} is away")
        self.done.append(name)

    async def write(self, brief: Brief) -> Script:
        await self.work("write")
        pages = tuple(
            Page(number=n, text=f"Page {n} of {brief.topic}.", scene=Scene(place="meadow", time="day"))
            for n in range(1, self.pages + 1)
        )
        return Script(
            title=brief.topic,
            description="Tiny.",
            language=brief.language,
            genre=brief.genre,
            style=brief.style,
            voice=brief.voice,
            aspect_ratio=brief.aspect_ratio,
            seed=brief.seed,
            hero=Hero(name=brief.main_role or "Penny", kind="girl"),
            pages=pages,
        )

    async def split(self, script: Script) -> Script:
        await self.work("split")
        return replace(script, pages=tuple(replace(page, pieces=(page.text,)) for page in script.pages))

    async def draw(self, script: Script, page: int, file: Path, progress: Progress, variant: int = 0) -> None:
        progress(0.5)
        await self.work(f"draw {page}")
        file.write_bytes(f"picture {page} of {script.title}{f', take {variant}' if variant else ''}".encode())

    async def speak(self, script: Script, page: int, folder: Path, progress: Progress) -> PageSpeech:
        await self.work(f"speak {page}")
        (folder / f"s{page}_1.wav").write_bytes(b"RIFF")
        text = script.pages[page - 1].pieces[0]
        piece = SpokenPiece(
            file=f"s{page}_1.wav",
            text=text,
            start_ms=0,
            duration_ms=900,
            words=(Word(text=text, start_ms=0, end_ms=900),),
        )
        return PageSpeech(page=page, pieces=(piece,), duration_ms=900)

    async def render(
        self,
        script: Script,
        page: int,
        speeches: Sequence[PageSpeech],
        pictures: dict[int, Path],
        file: Path,
        progress: Progress,
    ) -> None:
        await self.work(f"render {page}")
        assert len(speeches) == len(script.pages)
        assert set(pictures) == {n for n in (page - 1, page) if n > 0}
        file.write_bytes(b"clip")

    async def mix(self, script: Script, speeches: Sequence[PageSpeech], folder: Path, file: Path) -> None:
        await self.work("mix")
        assert all((folder / piece.file).exists() for speech in speeches for piece in speech.pieces)
        file.write_bytes(b"sound")

    async def assemble(
        self, script: Script, speeches: Sequence[PageSpeech], clips: Sequence[Path], sound: Path, folder: Path
    ) -> None:
        await self.work("assemble")
        assert all(clip.exists() for clip in clips)
        assert sound.exists()
        for name in ("output.mp4", "output.srt", "cover.jpg"):
            (folder / name).write_bytes(name.encode())

    async def paint(
        self, prompt: str, item: int, aspect_ratio: AspectRatio, seed: int, file: Path, progress: Progress
    ) -> None:
        progress(0.5)
        await self.work(f"paint {item}")
        file.write_bytes(f"picture {item} of {prompt}".encode())

    async def animate(
        self,
        picture: Path,
        prompt: str,
        duration_ms: int,
        size_px: tuple[int, int],
        item: int,
        seed: int,
        file: Path,
        progress: Progress,
    ) -> None:
        progress(0.5)
        await self.work(f"animate {item}")
        file.write_bytes(b"clip of " + picture.read_bytes())

    async def compose(
        self,
        clips: Sequence[Path],
        overlays: Sequence[Overlay],
        audio: Path | None,
        size_px: tuple[int, int],
        file: Path,
        progress: Progress,
    ) -> None:
        await self.work("compose")
        texts = [overlay.text.encode() for overlay in overlays]
        sound = [audio.read_bytes()] if audio else []
        file.write_bytes(b"\n".join([*(clip.read_bytes() for clip in clips), *texts, *sound]))


class TinyScreenwriter:
    """Two scenes of one person; `write` means something else to story writers, so this port has a class of its own."""

    def __init__(self, tiny: TinyStudio) -> None:
        self._tiny = tiny

    async def write(self, prompt: str, order: ScreenplayOrder, seed: int) -> Screenplay:
        await self._tiny.work("screenplay")
        count = order.scene_count or 2
        length = (order.duration_s or 10.0 * count) / count
        return Screenplay(
            name="tiny-play",
            prompt=prompt,
            language=order.language,
            style=order.style,
            scenes=tuple(_scene(n, length) for n in range(1, count + 1)),
            characters=(Character(id="char_1", name="Penny", role="protagonist"),),
            sequences=tuple(_shots(n, length) for n in range(1, count + 1)),
        )

    async def adapt(self, screenplay: Screenplay, brief: Brief) -> Script:
        await self._tiny.work("adapt")
        pages = tuple(
            Page(number=scene.number, text=scene.description, scene=Scene(place="meadow", time="day"))
            for scene in screenplay.scenes
        )
        return Script(
            title=screenplay.name,
            description="Tiny.",
            language=brief.language,
            genre=brief.genre,
            style=brief.style,
            voice=brief.voice,
            aspect_ratio=brief.aspect_ratio,
            seed=brief.seed,
            hero=Hero(name=screenplay.characters[0].name, kind="girl"),
            pages=pages,
        )


def _scene(number: int, duration_s: float) -> PlayScene:
    return PlayScene(
        id=f"scene_{number}",
        number=number,
        title=f"Scene {number}",
        description=f"Penny does thing {number}.",
        location="A meadow",
        duration=duration_s,
        characters=("char_1",),
        key_actions=("looks", "goes"),
    )


def _shots(number: int, duration_s: float) -> Shots:
    shot = Shot(
        id=f"scene_{number}_shot_1",
        number=1,
        type="wide",
        camera_movement="static",
        duration=duration_s,
        description="All of it.",
    )
    return Shots(id=f"seq_{number}", scene_id=f"scene_{number}", total_duration=duration_s, shots=(shot,))
