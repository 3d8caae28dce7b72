"""Breaks a sentence's spans into subtitles of one or two lines of about the same width. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from services.media.local.film.spans import Span, may_break

Measure = Callable[[str], float]
"""A text's width, in the same unit as the widest line."""

LINES = 2
_CLAUSE_END = tuple(",.;:!?…—、。，；：！？」』”)")
_CLAUSE_BONUS = 0.02


class Cue(msgspec.Struct, frozen=True):
    """What stands on the screen at one time: one or two lines of spans."""

    lines: tuple[tuple[Span, ...], ...]

    @property
    def start_ms(self) -> int:
        """When its first word begins."""
        return self.lines[0][0].start_ms

    @property
    def end_ms(self) -> int:
        """When its last word ends."""
        return self.lines[-1][-1].end_ms

    @property
    def text(self) -> str:
        """The plain text, its lines parted by newlines."""
        return "\n".join("".join(span.text for span in line).strip() for line in self.lines)


def cues(sentence: Sequence[Span], measure: Measure, widest: float) -> list[Cue]:
    """Fits a sentence into cues: as few lines as it needs, balanced, never wider than `widest`."""
    whole = _units([part for span in sentence for part in _fitting(span, measure, widest)])
    # Words that are glued into something wider than a line have to part after all.
    units = [part for unit in whole for part in ([unit] if measure(_text(unit)) <= widest else [(s,) for s in unit])]
    if not units:
        return []
    widths = [measure(_text(unit)) for unit in units]
    ends = _line_ends(units, widths, widest)
    starts = [0, *ends[:-1]]
    lines = [tuple(s for unit in units[a:b] for s in unit) for a, b in zip(starts, ends, strict=True)]
    return [Cue(tuple(lines[i : i + LINES])) for i in range(0, len(lines), LINES)]


def _line_ends(units: Sequence[tuple[Span, ...]], widths: Sequence[float], widest: float) -> list[int]:
    count = _needed(widths, widest)
    while count < len(units):
        # Full cues only: three lines would leave one line alone on the screen.
        full = count if count <= LINES else -(-count // LINES) * LINES
        ends = _balanced(units, widths, min(full, len(units)), widest)
        if ends:
            return ends
        count += 1
    return list(range(1, len(units) + 1))


def _units(sentence: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Spans grouped so that a line may break after every group."""
    groups: list[tuple[Span, ...]] = []
    open_group: tuple[Span, ...] = ()
    for i, span in enumerate(sentence):
        open_group = (*open_group, span)
        follower = sentence[i + 1].text[0] if i + 1 < len(sentence) else ""
        if not follower or (span.breaks and (span.text[-1].isspace() or may_break(span.text[-1], follower))):
            groups.append(open_group)
            open_group = ()
    return groups


def _fitting(span: Span, measure: Measure, widest: float) -> list[Span]:
    """Cuts a word that is wider than a whole line."""
    if measure(span.text) <= widest or len(span.text) < 2:
        return [span]
    middle = len(span.text) // 2
    halfway = (span.start_ms + span.end_ms) // 2
    left = Span(span.text[:middle] + " ", span.start_ms, halfway)
    right = Span(span.text[middle:], halfway, span.end_ms, span.breaks)
    return _fitting(left, measure, widest) + _fitting(right, measure, widest)


def _needed(widths: Sequence[float], widest: float) -> int:
    lines, room = 1, widest
    for width in widths:
        if width > room:
            lines, room = lines + 1, widest
        room -= width
    return lines


def _balanced(units: Sequence[tuple[Span, ...]], widths: Sequence[float], count: int, widest: float) -> list[int]:
    """Where `count` lines end (as indexes into units), the most even way; empty when they cannot all fit."""
    before = [0.0]
    for width in widths:
        before.append(before[-1] + width)
    even = before[-1] / count
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for _ in range(count):
        row: dict[int, tuple[float, int]] = {}
        for start, (cost, _came) in best[-1].items():
            for end in range(start + 1, len(units) + 1):
                width = before[end] - before[start]
                if width > widest:
                    break
                total = cost + ((width - even) / widest) ** 2 - _bonus(units[end - 1])
                if end not in row or total < row[end][0]:
                    row[end] = (total, start)
        best.append(row)
    return _traced(best, len(units))


def _traced(best: Sequence[dict[int, tuple[float, int]]], end: int) -> list[int]:
    if end not in best[-1]:
        return []
    ends = []
    for row in reversed(best[1:]):
        ends.append(end)
        end = row[end][1]
    return ends[::-1]


def _bonus(unit: tuple[Span, ...]) -> float:
    return _CLAUSE_BONUS if _text(unit).rstrip().endswith(_CLAUSE_END) else 0.0


def _text(unit: tuple[Span, ...]) -> str:
    return "".join(span.text for span in unit)
