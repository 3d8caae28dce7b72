from __future__ import annotations

import asyncio
import hashlib
from itertools import combinations, pairwise, product

import numpy as np
import pytest

from services.media.local.speech.engine import Engine, Spoken
from services.media.local.speech.voices import voice_settings
from shared.contracts.values import LANGUAGES, VOICES
from shared.errors import Invalid
from tests.media.speech.material import SENTENCES


async def say(language: str, voice: str, text: str) -> Spoken:
    return (await Engine().say(voice_settings(language, voice), [text]))[0]


def pitch_hz(spoken: Spoken) -> float:
    """The median of the strongest self-similarity of 40 ms frames."""
    samples = spoken.samples.astype(float)
    size = spoken.rate_hz // 25
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    loud = frames[(frames**2).mean(axis=1) > 0.25 * (frames**2).mean()]
    likeness = np.fft.irfft(np.abs(np.fft.rfft(loud, 2 * size)) ** 2)[:, :size]
    low, high = spoken.rate_hz // 400, spoken.rate_hz // 55
    return float(np.median(spoken.rate_hz / (low + likeness[:, low:high].argmax(axis=1))))


async def test_all_voices_differ_in_all_languages() -> None:
    few = asyncio.Semaphore(4)

    async def mark(language: str, voice: str) -> bytes:
        text = "アサ" if language == "japanese" else SENTENCES[language][0]
        async with few:
            sound = await say(language, voice, text)
        assert len(sound.samples) > 3_000
        return hashlib.sha256(sound.samples.tobytes()).digest()

    marks = await asyncio.gather(*(mark(language, voice) for language, voice in product(LANGUAGES, VOICES)))
    assert len(set(marks)) == len(LANGUAGES) * len(VOICES) == 120


async def test_each_voice_has_its_own_pitch_or_colour() -> None:
    text = "The harbour master waved his arms and called across the water."
    sounds = {voice: await say("english", voice, text) for voice in VOICES}
    pitch = {voice: pitch_hz(sound) for voice, sound in sounds.items()}
    spectrum = {voice: _colour_db(sound) for voice, sound in sounds.items()}

    assert pitch["onyx"] < pitch["echo"] < pitch["alloy"] < pitch["nova"]
    assert pitch["nova"] > 2 * pitch["onyx"]
    for one, other in combinations(VOICES, 2):
        apart = abs(12 * np.log2(pitch[one] / pitch[other]))
        colours = float(np.abs(spectrum[one] - spectrum[other]).mean())
        assert apart > 1.5 or colours > 2.0, (one, other, apart, colours)


def _colour_db(spoken: Spoken) -> np.ndarray:
    power = np.abs(np.fft.rfft(spoken.samples.astype(float))) ** 2
    edges = np.geomspace(200, 8_000, 13) / spoken.rate_hz * len(spoken.samples)
    level = 10 * np.log10([power[int(a) : int(b)].mean() for a, b in pairwise(edges)])
    return level - level.mean()


@pytest.mark.parametrize(("language", "voice"), [("latin", "nova"), ("english", "zoe"), ("", "")])
def test_unknown_language_or_voice(language: str, voice: str) -> None:
    with pytest.raises(Invalid):
        voice_settings(language, voice)
