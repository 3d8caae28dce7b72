"""Reading what a language model answered: the JSON object in it, wherever it stands. Pure."""

from __future__ import annotations

import json
import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints, ValidationError

from services.media.prompting.plain import one_line
from shared.contracts.values import Language

R = TypeVar("R", bound=BaseModel)

_MOST_FAULTS = 8
_MOST_STARTS = 200
_DECODER = json.JSONDecoder()
_ALPHABETS: dict[str, tuple[str, ...]] = {
    "greek": ("GREEK",),
    "russian": ("CYRILLIC",),
    "ukrainian": ("CYRILLIC",),
    "hindi": ("DEVANAGARI",),
    "chinese": ("CJK",),
    "japanese": ("HIRAGANA", "KATAKANA", "CJK"),
}
_LEAST_SHARE = 0.6


class Unusable(ValueError):
    """What is wrong with an answer, in words for the model."""


def parsed(answer: str, kind: type[R]) -> R:
    """The object in an answer, also from within a fence or sentences. Raises `Unusable`."""
    found = _largest_object(answer)
    if found is None:
        raise Unusable("- there is no complete JSON object in it; if it was cut off, write less")
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        faults = [f"- {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise Unusable("\n".join(faults[:_MOST_FAULTS])) from error


def written_in(language: Language, text: str) -> bool:
    """Whether most letters of a text are of the language's alphabet. It cannot tell English from Danish."""
    letters = [unicodedata.name(char, "") for char in text if char.isalpha()]
    alphabet = _ALPHABETS.get(language, ("LATIN",))
    own = sum(name.startswith(alphabet) for name in letters)
    if language == "japanese" and not any(name.startswith(("HIRAGANA", "KATAKANA")) for name in letters):
        return False
    return own >= _LEAST_SHARE * len(letters)


def _largest_object(answer: str) -> dict[str, Any] | None:
    """Of all JSON objects in a text the longest; those inside another are not looked at, whether it is whole or not."""
    best: tuple[int, dict[str, Any] | None] = (0, None)
    at = answer.find("{")
    for _ in range(_MOST_STARTS):
        if at < 0:
            break
        try:
            found, end = _DECODER.raw_decode(answer, at)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated") or error.pos >= len(answer.rstrip()):
                break
            found, end = None, at + 1
        except RecursionError:
            break
        if isinstance(found, dict) and end - at > best[0]:
            best = (end - at, found)
        at = answer.find("{", end)
    return best[1]


def _visible(text: str) -> str:
    """It is read aloud and set as subtitles."""
    return one_line(text, len(text))


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else ([] if value is None else value)


Title = Annotated[str, AfterValidator(_visible), StringConstraints(min_length=1, max_length=160)]
"""A short line that must be there."""
Line = Annotated[str, AfterValidator(_visible), StringConstraints(min_length=1, max_length=600)]
"""Some sentences that must be there."""
Prose = Annotated[str, AfterValidator(_visible), StringConstraints(max_length=2_000)]
"""Some sentences, or nothing."""
Word = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=200)]
"""A word of a vocabulary, if all is well."""
Words = Annotated[list[Word], BeforeValidator(_listed)]
"""Several of them; a model may forget the brackets around a single one."""
