"""When each word sounds: the engine's events laid over the tokens of the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from services.media.local.speech.utterance import Token
from services.media.local.speech.waveform import Heard, voice_end_ms
from services.media.model import Word


def word_times(
    tokens: Sequence[Token], events: Sequence[tuple[int, int]], flags: Heard, total_ms: int
) -> tuple[Word, ...]:
    """One word a token, in order, within 0 and `total_ms`; `events` are (index in the speech, ms).

    The engine now and then reports two words as one, or one as three: a token takes the first event that falls into
    it, and tokens without one share the time of the token before them by their length. A word ends where the voice
    does, so that it does not stay lit through a pause.
    """
    starts = _first_events(tokens, events, total_ms)
    anchors = [*sorted(starts), len(tokens)]
    words: list[Word] = []
    for first, following in pairwise(anchors):
        limit_ms = starts.get(following, total_ms)
        end_ms = voice_end_ms(flags, starts[first], limit_ms)
        words += _share(tokens[first:following], starts[first], max(end_ms, starts[first] + 1))
    return tuple(words)


def move(words: Sequence[Word], lead_ms: int, start_ms: int, duration_ms: int) -> tuple[Word, ...]:
    """The words of a piece that lost `lead_ms` in front, lasts `duration_ms` and now starts at `start_ms`."""

    def at(time_ms: int) -> int:
        return start_ms + min(max(time_ms - lead_ms, 0), duration_ms)

    return tuple(Word(word.text, at(word.start_ms), at(word.end_ms)) for word in words)


def _first_events(tokens: Sequence[Token], events: Sequence[tuple[int, int]], total_ms: int) -> dict[int, int]:
    """Token index -> when it starts, only for tokens that an event falls into; the first token always starts."""
    begins = [token.at for token in tokens]
    starts: dict[int, int] = {}
    newest, latest_ms = -1, 0
    for index, time_ms in events:
        token = max(0, bisect_right(begins, index) - 1)
        if token > newest and (latest_ms < time_ms < total_ms or token == 0):
            starts[token] = latest_ms = min(time_ms, total_ms - 1)
            newest = token
    if tokens:
        starts.setdefault(0, 0)
    return starts


def _share(tokens: Sequence[Token], start_ms: int, end_ms: int) -> list[Word]:
    """The tokens one after the other, each as long as its weight says."""
    total = sum(token.weight for token in tokens)
    ends = [start_ms + (end_ms - start_ms) * done // total for done in accumulate(token.weight for token in tokens)]
    begins = [start_ms, *ends[:-1]]
    return [Word(token.text, begin, end) for token, begin, end in zip(tokens, begins, ends, strict=True)]
