"""What a story is while it is being made: the script (a public contract) and the words' timings."""

from __future__ import annotations

import msgspec

from shared.contracts.script import Hero, Page, Scene, Script

__all__ = ["Hero", "Page", "PageSpeech", "Scene", "Script", "SpokenPiece", "Word"]


class Word(msgspec.Struct, frozen=True):
    """A spoken word (or a CJK token) and when it sounds, in ms from the start of its page's narration."""

    text: str
    start_ms: int
    end_ms: int


class SpokenPiece(msgspec.Struct, frozen=True, kw_only=True):
    """One narrated sentence: its file, its place on the page's own time line and its words."""

    file: str
    text: str
    start_ms: int
    duration_ms: int
    words: tuple[Word, ...]


class PageSpeech(msgspec.Struct, frozen=True, kw_only=True):
    """The narration of one page. `duration_ms` runs from the page's first sample to the end of the last piece."""

    page: int
    pieces: tuple[SpokenPiece, ...]
    duration_ms: int
