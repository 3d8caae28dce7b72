"""Values that commands, events and views share. Immutable; units stand in the name."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Genre = Literal[
    "scary", "mystery", "bedtime", "interesting history", "urban legends", "motivational",
    "fun facts", "long form jokes", "life pro tips", "philosophy", "love", "custom topic",
]  # fmt: skip
Style = Literal["photorealistic", "cinematic", "anime", "comic-book", "pixar-art"]
Language = Literal[
    "english", "czech", "danish", "dutch", "french", "german", "greek", "hindi", "indonesian", "italian", "chinese",
    "japanese", "norwegian", "polish", "portuguese", "russian", "spanish", "swedish", "turkish", "ukrainian",
]  # fmt: skip
Voice = Literal["alloy", "echo", "fable", "onyx", "nova", "shimmer"]
Length = Literal["short", "long"]
AspectRatio = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]

GENRES: tuple[str, ...] = get_args(Genre)
STYLES: tuple[str, ...] = get_args(Style)
LANGUAGES: tuple[str, ...] = get_args(Language)
VOICES: tuple[str, ...] = get_args(Voice)

LANGUAGE_CODES: dict[str, Language] = {
    "en": "english", "cs": "czech", "da": "danish", "nl": "dutch", "fr": "french", "de": "german", "el": "greek",
    "hi": "hindi", "id": "indonesian", "it": "italian", "zh": "chinese", "ja": "japanese", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "es": "spanish", "sv": "swedish", "tr": "turkish",
    "uk": "ukrainian",
}  # fmt: skip
"""Languages by their ISO 639-1 codes."""

FRAME_SIZE_PX: dict[AspectRatio, tuple[int, int]] = {
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "1:1": (960, 960),
    "4:3": (1120, 840),
    "3:4": (840, 1120),
}
"""Width and height of a film's frames for an aspect ratio; both even, as yuv420p needs."""


class Brief(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the user asked a story to be."""

    topic: str
    main_role: str = ""
    scene: str = ""
    genre: Genre = "custom topic"
    style: Style = "cinematic"
    language: Language = "english"
    voice: Voice = "nova"
    length: Length = "short"
    aspect_ratio: AspectRatio = "16:9"
    seed: int = 0


class Charge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a piece of work costs by the price list, in millionths of a US dollar; `billed` if somebody takes it.

    `quantity` counts `unit`s: images, seconds, characters, tokens.
    """

    service: str
    model: str
    quantity: float
    unit: str
    amount_microusd: int
    billed: bool = False


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a job left in the bucket: `name` is what users see, `key` is where the bytes are.

    What only the next job needs (a scene's clip, say) is not public.
    """

    name: str
    key: str
    media_type: str
    size_bytes: int
    public: bool = True
