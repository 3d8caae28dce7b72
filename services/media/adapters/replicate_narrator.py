"""Narration from speech models at Replicate: every piece is bought by itself, and laid out as all narrations are."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from services.media.adapters.replicate_customer import Customer, Unreadable
from services.media.adapters.replicate_voices import speech_input, speech_model
from services.media.local.film import ffmpeg
from services.media.local.speech.engine import Engine, Spoken
from services.media.local.speech.narration import lay_out
from services.media.local.speech.pauses import events_at_pauses
from services.media.local.speech.reading import pieces_of, read_pieces
from services.media.local.speech.utterance import Utterance, speech_of
from services.media.local.speech.waveform import Samples, heard, is_silent
from services.media.model import PageSpeech, Script
from services.media.ports import Progress
from services.media.purchases import Purchase
from shared.errors import Rejected, Unavailable
from shared.pricing.prices import Prices

T = TypeVar("T")

MEDIA_TYPES = ("audio/mpeg", "audio/wav")
DEADLINE_S = 600.0
AT_ONCE = 4
"""Pieces of a page that are bought side by side."""


class ReplicateNarrator:
    """Implements `ports.Narrator`."""

    def __init__(self, customer: Customer, prices: Prices, kokoro_version: str, engine: Engine | None = None) -> None:
        """`kokoro_version` is the community model's version; `engine` reads Japanese words for the subtitles."""
        self._customer = customer
        self._prices = prices
        self._model = speech_model(prices.speech_model, kokoro_version)
        self._engine = engine or Engine()

    async def speak(self, script: Script, page: int, folder: Path, progress: Progress) -> PageSpeech:
        """Writes `s<page>_<piece>.wav` (mono, 16 bit) into `folder`; `page` counts from 1.

        Raises `Invalid` for a page that is not there and for a language that the model does not speak.
        """
        utterances = await read_pieces(self._engine, script.language, pieces_of(script, page))
        inputs = [speech_input(self._model, script, _said(each)) for each in utterances]
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            progress(0.05 + 0.85 * done / len(utterances))

        progress(0.05)
        limit = asyncio.Semaphore(AT_ONCE)

        async def spoken(number: int) -> Spoken | None:
            async with limit:
                sound = await self._buy(number, utterances[number - 1], inputs[number - 1])
            one_more()
            return sound

        sounds = await _all([spoken(number) for number in range(1, len(utterances) + 1)])
        try:
            speech = await asyncio.to_thread(lay_out, page, utterances, sounds, folder)
        except OSError as error:
            raise Unavailable(f"The narration of page {page} cannot be stored: {error}") from error
        progress(1.0)
        return speech

    async def _buy(self, number: int, utterance: Utterance, given: dict[str, object]) -> Spoken | None:
        """None for what cannot be said: nothing is bought for it."""
        if not utterance.speakable:
            return None
        text = str(given["text"])
        purchase = Purchase(
            step=f"speak-{number}", model=self._model.name, input=given, charge=self._prices.speech(len(text)),
            media_types=MEDIA_TYPES, deadline_s=DEADLINE_S,
        )  # fmt: skip
        rate_hz = self._model.rate_hz
        samples = await self._customer.file(purchase, lambda bought: decoded(bought, rate_hz))
        return Spoken(samples, rate_hz, events_at_pauses(utterance.tokens, heard(samples, rate_hz)))


def _said(utterance: Utterance) -> str:
    """What the model is given: without anything that it would take for a sign of its own."""
    return " ".join(speech_of(utterance.text).split())


def decoded(bought: Path, rate_hz: int) -> Samples:
    """The recording as mono samples of this rate. Raises `Unreadable` for what is no sound, or silence."""
    with tempfile.TemporaryDirectory(prefix="speech-") as folder:
        raw = Path(folder) / "sound"
        arguments = ("-i", str(bought.absolute()), "-vn", "-ac", "1", "-ar", str(rate_hz), "-f", "s16le", str(raw))
        try:
            ffmpeg.run(arguments, Path(folder), ffmpeg.Stop())
        except Unavailable as error:
            raise Unreadable(error.message) from error
        samples = np.frombuffer(raw.read_bytes(), np.int16)
    if is_silent(samples):
        raise Unreadable("silence")
    return samples


async def _all(buying: Sequence[Awaitable[T]]) -> list[T]:
    """All results. Where one fails the others are waited for all the same, so that what they cost is recorded; a
    refusal outweighs what may succeed later."""
    results = await asyncio.gather(*buying, return_exceptions=True)
    failures = [one for one in results if isinstance(one, BaseException)]
    if failures:
        raise next((one for one in failures if isinstance(one, Rejected)), failures[0])
    return [one for one in results if not isinstance(one, BaseException)]
