"""A page's text as utterances, whatever its language and whoever says them."""

from __future__ import annotations

from collections.abc import Sequence

from services.media.local.speech.engine import Engine
from services.media.local.speech.japanese import japanese_utterance
from services.media.local.speech.utterance import Utterance, chinese_utterance, clean, spaced_utterance
from services.media.model import Script
from shared.errors import Invalid


def pieces_of(script: Script, number: int) -> Sequence[str]:
    """What is spoken on a page, piece by piece. Raises `Invalid` for a page that is not there."""
    for page in script.pages:
        if page.number == number:
            return page.pieces or (page.text,)
    raise Invalid(f"The story has no page {number}")


async def read_pieces(engine: Engine, language: str, pieces: Sequence[str]) -> list[Utterance]:
    """One utterance a piece. Raises `Invalid` for a piece that is too long, `Unavailable` if the dictionary fails."""
    if language == "japanese":
        texts = [clean(piece) for piece in pieces]
        tokens = await engine.read_kana(texts)
        return [japanese_utterance(text, morphemes) for text, morphemes in zip(texts, tokens, strict=True)]
    read = chinese_utterance if language == "chinese" else spaced_utterance
    return [read(piece) for piece in pieces]
