"""A studio that makes tiny files at once, for tests of everything around it; it can be told to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from services.media.model import Hero, Page, PageSpeech, Scene, Script, SpokenPiece, Word
from services.media.ports import Progress
from services.media.works import Studio
from shared.contracts.values import Brief
from shared.errors import Invalid, Unavailable

PAGES = 3


class TinyStudio:
    """All five ports. `broken` holds the kinds of work that fail, `refused` those that can never succeed."""

    def __init__(self, pages: int = PAGES) -> None:
        self.pages = pages
        self.broken: set[str] = set()
        self.refused: set[str] = set()
        self.slow_s = 0.0
        self.done: list[str] = []

    def studio(self) -> Studio:
        return Studio(writer=self, illustrator=self, narrator=self, animator=self, compositor=self)

    async def _work(self, name: str) -> None:
        kind = name.partition(" ")[0]
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if kind in self.refused:
            raise Invalid(f"{kind} cannot be done")
        if kind in self.broken:
            raise Unavailable(f"{kind} is away")
        self.done.append(name)

    async def write(self, brief: Brief) -> Script:
        await self._work("write")
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
        await self._work("split")
        return replace(script, pages=tuple(replace(page, pieces=(page.text,)) for page in script.pages))

    async def draw(self, script: Script, page: int, file: Path, progress: Progress) -> None:
        progress(0.5)
        await self._work(f"draw {page}")
        file.write_bytes(f"picture {page} of {script.title}".encode())

    async def speak(self, script: Script, page: int, folder: Path, progress: Progress) -> PageSpeech:
        await self._work(f"speak {page}")
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
        await self._work(f"render {page}")
        assert len(speeches) == len(script.pages)
        assert set(pictures) == {n for n in (page - 1, page) if n > 0}
        file.write_bytes(b"clip")

    async def mix(self, script: Script, speeches: Sequence[PageSpeech], folder: Path, file: Path) -> None:
        await self._work("mix")
        assert all((folder / piece.file).exists() for speech in speeches for piece in speech.pieces)
        file.write_bytes(b"sound")

    async def assemble(
        self, script: Script, speeches: Sequence[PageSpeech], clips: Sequence[Path], sound: Path, folder: Path
    ) -> None:
        await self._work("assemble")
        assert all(clip.exists() for clip in clips)
        assert sound.exists()
        for name in ("output.mp4", "output.srt", "cover.jpg"):
            (folder / name).write_bytes(name.encode())
