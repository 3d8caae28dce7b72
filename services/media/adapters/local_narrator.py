"""Narration without any service: espeak-ng in a child process, Japanese read by a dictionary."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from services.media.local.speech.engine import Engine, Spoken
from services.media.local.speech.narration import lay_out
from services.media.local.speech.reading import pieces_of, read_pieces
from services.media.local.speech.utterance import Utterance
from services.media.local.speech.voices import VoiceSettings, voice_settings
from services.media.model import PageSpeech, Script
from services.media.ports import Progress
from shared.errors import Unavailable


class LocalNarrator:
    """Narrator whose pages sound the same every time, in twenty languages and six voices."""

    def __init__(self, engine: Engine | None = None) -> None:
        """`engine` for another build of espeak-ng or another patience than the usual."""
        self._engine = engine or Engine()

    async def speak(self, script: Script, page: int, folder: Path, progress: Progress) -> PageSpeech:
        """Writes `s<page>_<piece>.wav` (mono, 16 bit, 22050 Hz) into `folder`; `page` counts from 1.

        Raises Invalid for a page, language or voice that is not there and for a piece of more than 2000 characters,
        Unavailable where the engine or the disk fails. A cancelled call leaves no process behind.
        """
        settings = voice_settings(script.language, script.voice, script.genre)
        utterances = await read_pieces(self._engine, script.language, pieces_of(script, page))
        progress(0.2)
        sounds = await self._sounds(settings, utterances)
        progress(0.8)
        try:
            speech = await asyncio.to_thread(lay_out, page, utterances, sounds, folder)
        except OSError as error:
            raise Unavailable(f"The narration of page {page} cannot be stored: {error}") from error
        progress(1.0)
        return speech

    async def _sounds(self, settings: VoiceSettings, utterances: Sequence[Utterance]) -> list[Spoken | None]:
        """None for what cannot be said."""
        said = await self._engine.say(settings, [each.speech for each in utterances if each.speakable])
        sounds = iter(said)
        return [next(sounds) if each.speakable else None for each in utterances]
