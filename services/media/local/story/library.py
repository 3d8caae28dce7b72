"""The language packs that are installed."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec

from services.media.local.story.borrow import with_pictures
from services.media.local.story.check import check
from services.media.local.story.pack import Pack
from shared.errors import Invalid

FIRST = "english"
"""The pack that holds the pictures, too; all others are translations."""


def languages() -> tuple[str, ...]:
    """The languages that stories can be written in, in alphabetical order."""
    names = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@lru_cache(maxsize=32)
def load(language: str) -> Pack:
    """The checked pack of a language. Raises `Invalid` if there is none, or naming the place where it is wrong."""
    if language not in languages():
        raise Invalid(f"no story pack for {language!r}; available: {', '.join(languages())}")
    data = _read(language)
    return decode(data if language == FIRST else _whole(data, language), language)


def _whole(data: bytes, language: str) -> bytes:
    try:
        return msgspec.json.encode(with_pictures(msgspec.json.decode(data), msgspec.json.decode(_read(FIRST))))
    except (msgspec.DecodeError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Invalid(f"story pack {language!r}: not a translation ({error!r})") from error


def _read(language: str) -> bytes:
    return _folder().joinpath(f"{language}.json").read_bytes()


def decode(data: bytes, language: str) -> Pack:
    """A pack from its JSON. Raises `Invalid` naming the place in the file, as a path."""
    try:
        pack = msgspec.json.decode(data, type=Pack)
    except msgspec.DecodeError as error:
        raise Invalid(f"story pack {language!r}: {error}") from error
    faults = check(pack, language)
    if faults:
        raise Invalid(f"story pack {language!r}: " + "; ".join(faults[:5]))
    return pack


def _folder() -> resources.abc.Traversable:
    return resources.files(__package__).joinpath("packs")
