from __future__ import annotations

from pathlib import Path

import pytest

from services.media.adapters.local_compositor import LocalCompositor
from shared.errors import Invalid
from tests.media.film import material
from tests.media.film.conftest import Film


async def test_the_compositor_mixes_and_assembles_a_whole_film(film: Film, tmp_path: Path) -> None:
    for speech in film.speeches:
        for piece in speech.pieces:
            material.tone(tmp_path / piece.file, piece.duration_ms)
    sound = tmp_path / "sound.m4a"
    await LocalCompositor().mix(film.script, film.speeches, tmp_path, sound)
    await LocalCompositor().assemble(film.script, film.speeches, film.clips, sound, tmp_path)
    assert {"output.mp4", "output.srt", "cover.jpg"} <= {file.name for file in tmp_path.iterdir()}
    heard = material.packets(tmp_path / "output.mp4", "a")
    pts, duration = heard[-1]
    assert (pts + duration) / 48_000 == pytest.approx(film.times.total_ms / 1000, abs=0.05)
    assert len(material.packets(tmp_path / "output.mp4")) == film.times.frames


async def test_narrations_must_match_the_pages(film: Film, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        await LocalCompositor().mix(film.script, film.speeches[:2], tmp_path, tmp_path / "s.m4a")
