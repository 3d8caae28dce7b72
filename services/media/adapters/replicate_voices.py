"""The speech models at Replicate: what they are called, what they are told, and our six voices in theirs. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from services.media.local.speech.voices import GENRE_PACE
from services.media.model import Script
from shared.errors import Invalid

KOKORO_VERSION = "f559560eb822dc509045f3921a1921234918b91739db4bf3daab2169b71c7a13"


class SpeechModel(NamedTuple):
    """`name` as purchases name it; all pieces are brought to `rate_hz`."""

    name: str
    rate_hz: int


def speech_model(name: str, kokoro_version: str = KOKORO_VERSION) -> SpeechModel:
    """The model behind a setting. A community model is bought by its version."""
    if name == "kokoro-82m":
        return SpeechModel(f"jaaari/kokoro-82m:{kokoro_version}", 24_000)
    return SpeechModel(f"minimax/{name}", 32_000)


def speech_input(model: SpeechModel, script: Script, text: str) -> dict[str, Any]:
    """What the model is told to say `text`. Raises `Invalid` for a language that it does not speak."""
    speed = GENRE_PACE.get(script.genre, 1.0)
    if model.name.startswith("jaaari/"):
        if script.language not in _KOKORO:
            raise Invalid(f"There is no narrator for {script.language.capitalize()}.")
        return {"text": text, "voice": _KOKORO[script.language][script.voice], "speed": speed}
    return {
        "text": text,
        "voice_id": _MINIMAX[script.voice],
        "speed": speed,
        "language_boost": _BOOSTS.get(script.language, "Automatic"),
        "english_normalization": script.language == "english",
        "sample_rate": model.rate_hz,
        "bitrate": 128_000,
        "channel": "mono",
    }


_MINIMAX = {
    "alloy": "Friendly_Person",
    "echo": "Patient_Man",
    "fable": "Elegant_Man",
    "onyx": "Deep_Voice_Man",
    "nova": "Lively_Girl",
    "shimmer": "Calm_Woman",
}

_BOOSTS = {
    "english": "English", "czech": "Czech", "dutch": "Dutch", "french": "French", "german": "German",
    "greek": "Greek", "hindi": "Hindi", "indonesian": "Indonesian", "italian": "Italian", "chinese": "Chinese",
    "japanese": "Japanese", "polish": "Polish", "portuguese": "Portuguese", "russian": "Russian",
    "spanish": "Spanish", "turkish": "Turkish", "ukrainian": "Ukrainian",
}  # fmt: skip
"""Danish, Norwegian and Swedish came to this list with later models: here they are recognised."""


def _by_sex(women: tuple[str, str, str], men: tuple[str, str, str]) -> dict[str, str]:
    return {
        "alloy": women[0], "nova": women[1], "shimmer": women[2], "echo": men[0], "fable": men[1], "onyx": men[2],
    }  # fmt: skip


_KOKORO = {
    "english": _by_sex(("af_alloy", "af_nova", "af_bella"), ("am_echo", "bm_fable", "am_onyx")),
    "french": _by_sex(("ff_siwis",) * 3, ("ff_siwis",) * 3),
    "hindi": _by_sex(("hf_alpha", "hf_beta", "hf_alpha"), ("hm_psi", "hm_omega", "hm_omega")),
    "italian": _by_sex(("if_sara",) * 3, ("im_nicola",) * 3),
    "japanese": _by_sex(("jf_alpha", "jf_nezumi", "jf_gongitsune"), ("jm_kumo",) * 3),
    "chinese": _by_sex(("zf_xiaoni", "zf_xiaoyi", "zf_xiaobei"), ("zm_yunxi", "zm_yunjian", "zm_yunyang")),
}
"""Kokoro has six voices of its own only where it has that many."""
