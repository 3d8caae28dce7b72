"""When the parts of a sentence begin, heard from the recording alone: for narrators that do not report words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from services.media.local.speech.utterance import Token
from services.media.local.speech.waveform import HOP_MS, Heard

_MARKS = frozenset(",;:.!?…—–،、，；：。！？।")
_CLOSERS = "\"'”’»«“)]）」』】"
_LEAST_PAUSE_MS = 90
_REACH = 0.2
"""How far a pause may be from where the text lets it be expected, as a share of the whole."""


def events_at_pauses(tokens: Sequence[Token], flags: Heard) -> tuple[tuple[int, int], ...]:
    """(index in the speech, ms) of the first word, and of each word after a mark where a pause is heard.

    The words between share their time by length, which is near enough for a clause and drifts over a long sentence.
    """
    sounding = np.flatnonzero(flags)
    if not tokens or not len(sounding):
        return ()
    first, end = int(sounding[0]), int(sounding[-1]) + 1
    pauses = list(_pauses(flags[first:end], first))
    events, after = [(tokens[0].at, first * HOP_MS)], first
    for token, expected in _expected(tokens, first, end):
        near = [one for one in pauses if one[0] > after and abs(sum(one) / 2 - expected) <= _REACH * (end - first)]
        if near:
            best = max(near, key=lambda one: one[1] - one[0] - 0.2 * abs(sum(one) / 2 - expected))
            events.append((token.at, best[1] * HOP_MS))
            after = best[1]
    return tuple(events)


def _expected(tokens: Sequence[Token], first: int, end: int) -> Iterator[tuple[Token, float]]:
    """The tokens that follow a mark, and about when (in hops) they begin if everybody speaks evenly."""
    whole = sum(token.weight for token in tokens)
    spoken = accumulate(token.weight for token in tokens)
    for before, token, done in zip(tokens, tokens[1:], spoken, strict=False):
        if before.text.rstrip(_CLOSERS)[-1:] in _MARKS:
            yield token, first + (end - first) * done / whole


def _pauses(flags: Heard, offset: int) -> Iterator[tuple[int, int]]:
    """Start and end, in hops, of each silence that is long enough for a pause; it begins and ends with sound."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8))) + 1
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        if (end - start) * HOP_MS >= _LEAST_PAUSE_MS:
            yield int(start) + offset, int(end) + offset
