"""Puts films together on this machine: our sound mixer, ffmpeg's copying joiner, MoviePy to look at the result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from services.media.local.film.clip import film_timeline
from services.media.local.film.ffmpeg import in_thread
from services.media.local.film.join import join_film
from services.media.local.sound.mix import mix_sound_track
from services.media.model import PageSpeech, Script
from shared.errors import Invalid


class LocalCompositor:
    """Implements `ports.Compositor`."""

    async def mix(self, script: Script, speeches: Sequence[PageSpeech], folder: Path, file: Path) -> None:
        """Writes the sound track, as long as the film to the frame; see the port."""
        if len(speeches) != len(script.pages):
            raise Invalid(f"{len(speeches)} narrations do not match {len(script.pages)} pages")
        times = film_timeline(speeches)
        starts_ms = [page.narration_start_ms for page in times.pages]
        await asyncio.to_thread(mix_sound_track, script, speeches, starts_ms, times.total_ms, folder, file)

    async def assemble(
        self, script: Script, speeches: Sequence[PageSpeech], clips: Sequence[Path], sound: Path, folder: Path,
    ) -> None:  # fmt: skip
        """Writes `output.mp4`, `output.srt` and `cover.jpg`; see the port."""
        await in_thread(lambda stop: join_film(script, speeches, clips, sound, folder, stop))
