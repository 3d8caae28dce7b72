from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from services.media.adapters.local_animator import LocalAnimator
from services.media.local.film.clip import film_timeline
from services.media.local.film.ffmpeg import Stop
from services.media.local.film.join import join_film
from services.media.local.film.timeline import Timeline
from services.media.model import PageSpeech, Script
from tests.media.film import material


class Film(msgspec.Struct, frozen=True):
    """A rendered story and what it was made of."""

    script: Script
    speeches: Sequence[PageSpeech]
    pictures: dict[int, Path]
    clips: Sequence[Path]
    sound: Path
    folder: Path

    @property
    def times(self) -> Timeline:
        return film_timeline(self.speeches)

    @property
    def file(self) -> Path:
        return self.folder / "output.mp4"


async def render(film: Film) -> None:
    animator = LocalAnimator()
    await asyncio.gather(
        *[
            animator.render(film.script, i, film.speeches, film.pictures, clip, lambda share: None)
            for i, clip in enumerate(film.clips, 1)
        ]
    )


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Three pages in English: a sentence, silence, a sentence."""
    folder = tmp_path_factory.mktemp("film it's")
    text = material.SENTENCES["english"]
    speeches = [material.speech(1, text, 2600), material.speech(2, "", 0), material.speech(3, text, 2200)]
    made = Film(
        material.script(3, title='Café\n\x00\'; "night"'),
        speeches,
        {n: material.picture(folder / f"p{n}.png", (1536, 864), n) for n in (1, 2, 3)},
        [folder / f"clip {n}.mp4" for n in (1, 2, 3)],
        folder / "sound.m4a",
        folder,
    )
    material.tone(folder / "tone.wav", made.times.total_ms)
    material.ffmpeg("-i", folder / "tone.wav", "-c:a", "aac", "-b:a", "128k", made.sound)
    asyncio.run(render(made))
    join_film(made.script, made.speeches, made.clips, made.sound, folder, Stop())
    return made
