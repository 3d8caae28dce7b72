"""The models on offer: what input they take, what comes out, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.replicate_double import media

KOKORO = "f559560eb822dc509045f3921a1921234918b91739db4bf3daab2169b71c7a13"
FLUX_SIZES_PX = {
    "1:1": (1024, 1024), "16:9": (1344, 768), "9:16": (768, 1344), "4:3": (1152, 896), "3:4": (896, 1152),
    "21:9": (1536, 640), "9:21": (640, 1536), "3:2": (1216, 832), "2:3": (832, 1216), "4:5": (896, 1088),
    "5:4": (1088, 896),
}  # fmt: skip
FILM_SIZES_PX = {
    "16:9": (1280, 720), "9:16": (720, 1280), "4:3": (1104, 832), "3:4": (832, 1104), "1:1": (960, 960),
    "21:9": (1584, 672),
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    kind: type | tuple[type, ...]
    required: bool = False
    among: tuple[Any, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class File:
    name: str
    data: bytes
    media_type: str


Writer = Callable[[dict[str, Any]], "str | list[str]"]


@dataclass(frozen=True)
class Model:
    """`many`: the output is a list even for one file. `version` is set for community models."""

    name: str
    fields: dict[str, Field]
    price_usd: Callable[[dict[str, Any]], float]
    files: Callable[[dict[str, Any], float], list[File]] | None = None
    many: bool = False
    version: str = ""

    def problems(self, given: dict[str, Any]) -> list[str]:
        missing = [f"{name} is required" for name, one in self.fields.items() if one.required and name not in given]
        return missing + [why for name, value in given.items() if (why := self._problem(name, value))]

    def _problem(self, name: str, value: Any) -> str:
        field = self.fields.get(name)
        if field is None or value is None:
            return ""  # what a model does not know, it does not look at
        wrong: bool = not isinstance(value, field.kind)
        if wrong or (isinstance(value, bool) and field.kind is not bool):
            return f"{name}: Invalid type. Given: {type(value).__name__}"
        if field.among and value not in field.among:
            return f"{name} must be one of the following: {', '.join(map(repr, field.among))}"
        if field.least is not None and value < field.least:
            return f"{name}: Must be greater than or equal to {field.least}"
        if field.most is not None and value > field.most:
            return f"{name}: Must be less than or equal to {field.most}"
        return ""


def _flux(name: str, price_usd: float, steps: int, more: dict[str, Field]) -> Model:
    fields = {
        "prompt": Field(str, required=True), "aspect_ratio": Field(str, among=tuple(FLUX_SIZES_PX)),
        "num_outputs": Field(int, least=1, most=4), "num_inference_steps": Field(int, least=1, most=steps),
        "seed": Field(int), "output_format": Field(str, among=("webp", "jpg", "png")),
        "output_quality": Field(int, least=0, most=100), "disable_safety_checker": Field(bool),
        "go_fast": Field(bool), "megapixels": Field(str, among=("1", "0.25")), **more,
    }  # fmt: skip

    def files(given: dict[str, Any], scale: float) -> list[File]:
        half = 0.5 if given.get("megapixels") == "0.25" else 1.0
        width, height = FLUX_SIZES_PX[given.get("aspect_ratio") or "1:1"]
        size = (max(round(width * half * scale), 8), max(round(height * half * scale), 8))
        form, seed = given.get("output_format") or "webp", given.get("seed") or 0
        return [
            File(f"out-{n}.{form}", media.picture(*size, form, (seed + n) % 16), media.FORMATS[form])
            for n in range(given.get("num_outputs") or 1)
        ]

    return Model(name, fields, lambda given: price_usd * (given.get("num_outputs") or 1), files, many=True)


def _film(given: dict[str, Any], scale: float) -> list[File]:
    width, height = (max(round(px * scale) // 2 * 2, 32) for px in FILM_SIZES_PX[given.get("aspect_ratio") or "16:9"])
    return [File("tmp.mp4", media.film(width, height, given.get("duration") or 5), "video/mp4")]


def _speech(given: dict[str, Any], scale: float) -> list[File]:
    length_ms, rate_hz = media.spoken_ms(given["text"], given.get("speed") or 1.0), given.get("sample_rate") or 32000
    if given.get("audio_format") == "wav":
        return [File("speech.wav", media.speech_wav(length_ms, rate_hz), "audio/wav")]
    return [File("speech.mp3", media.speech_mp3(length_ms, rate_hz), "audio/mpeg")]


def _kokoro(given: dict[str, Any], scale: float) -> list[File]:
    length_ms = media.spoken_ms(given["text"], given.get("speed") or 1.0)
    return [File("output.wav", media.speech_wav(length_ms, 24000), "audio/wav")]


def _words(name: str, more: dict[str, Field]) -> Model:
    fields = {"prompt": Field(str, required=True), "system_prompt": Field(str), **more}
    return Model(name, fields, lambda given: 0.002)


_NUMBER = (int, float)
_SPEECH_FIELDS = {
    "text": Field(str, required=True), "voice_id": Field(str), "speed": Field(_NUMBER, least=0.5, most=2),
    "volume": Field(_NUMBER, least=0, most=10), "pitch": Field(int, least=-12, most=12),
    "emotion": Field(
        str,
        among=("auto", "happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm", "fluent", "neutral"),
    ),
    "english_normalization": Field(bool), "sample_rate": Field(int, among=(8000, 16000, 22050, 24000, 32000, 44100)),
    "bitrate": Field(int, among=(32000, 64000, 128000, 256000)), "channel": Field(str, among=("mono", "stereo")),
    "audio_format": Field(str, among=("mp3", "wav", "flac", "pcm")), "language_boost": Field(str),
    "subtitle_enable": Field(bool),
}  # fmt: skip
_DEV = {
    "image": Field(str), "prompt_strength": Field(_NUMBER, least=0, most=1),
    "guidance": Field(_NUMBER, least=0, most=10),
}  # fmt: skip
_GEN4 = {
    "prompt": Field(str), "image": Field(str, required=True), "duration": Field(int, among=(5, 10)),
    "aspect_ratio": Field(str, among=tuple(FILM_SIZES_PX)), "seed": Field(int),
}  # fmt: skip
_GPT = {
    "temperature": Field(_NUMBER, least=0, most=2), "max_completion_tokens": Field(int, least=1),
    "top_p": Field(_NUMBER, least=0, most=1), "image_input": Field(list),
    "presence_penalty": Field(_NUMBER, least=-2, most=2), "frequency_penalty": Field(_NUMBER, least=-2, most=2),
}  # fmt: skip

CATALOGUE = {
    model.version or model.name: model
    for model in (
        _flux("black-forest-labs/flux-schnell", 0.003, 4, {}),
        _flux("black-forest-labs/flux-dev", 0.025, 50, _DEV),
        Model("runwayml/gen4-turbo", _GEN4, lambda given: 0.05 * (given.get("duration") or 5), _film),
        Model("minimax/speech-02-turbo", _SPEECH_FIELDS, lambda given: len(given["text"]) * 6e-5, _speech),
        Model(
            "jaaari/kokoro-82m",
            {"text": Field(str, required=True), "voice": Field(str), "speed": Field(_NUMBER, least=0.1, most=5)},
            lambda given: 0.0005, _kokoro, version=KOKORO,
        ),
        _words("openai/gpt-4.1-mini", _GPT),
        _words("openai/gpt-4o-mini", _GPT),
        _words("anthropic/claude-4.5-haiku", {"max_tokens": Field(int, least=1, most=8192)}),
    )
}  # fmt: skip
"""By what a create names: the model, or a community model's version."""
