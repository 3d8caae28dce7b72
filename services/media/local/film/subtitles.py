"""Subtitles: ASS that is burned into a page's frames word by word, and SRT that is delivered with the film. Pure.

Story text is user text. It only ever stands in the text field of an event, and `escape` takes away its power to be
anything but text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from services.media.local.film import fonts
from services.media.local.film.fonts import Face
from services.media.local.film.lines import Cue, cues
from services.media.local.film.spans import spans
from services.media.local.film.timeline import Timeline
from services.media.model import PageSpeech
from shared.contracts.values import Language

EM_SHARE = 40 / 960
"""The size of letters, as a share of the frame's middle size (the root of its area): 40 px at 1280x720."""

WIDTH_SHARE = 0.86
"""How wide a line may be, as a share of the frame."""

MARGIN_SHARE = 0.05
"""Room under the last line, as a share of the frame's height."""

APPEARS_MS, STAYS_MS = 90, 420
"""A subtitle comes just before its first word and stays a moment after its last, unless the next one is due."""

_WORD_JOINER = "\u2060"
# Colours are &HAABBGGRR. The first is for words that were spoken, the second for those to come.
_SPOKEN, _COMING, _OUTLINE, _SHADOW = "&H0057CDFF", "&H00FFFFFF", "&H1E14100C", "&H78000000"


def page_cues(speech: PageSpeech, language: Language, frame_px: tuple[int, int]) -> list[Cue]:
    """A page's subtitles, timed from the start of its narration and broken to fit the frame."""
    face = fonts.face_for(language)
    widest = frame_px[0] * WIDTH_SHARE / em_px(frame_px)
    return [
        cue
        for piece in sorted(speech.pieces, key=lambda piece: piece.start_ms)
        for cue in cues(spans(piece), lambda text: fonts.width_em(text, face), widest)
    ]


def em_px(frame_px: tuple[int, int]) -> float:
    """The letters' size for a frame, in pixels."""
    return math.sqrt(frame_px[0] * frame_px[1]) * EM_SHARE


def ass(page: Sequence[Cue], narration_at_ms: int, clip_ms: int, language: Language, frame_px: tuple[int, int]) -> str:
    """An ASS script for one clip of `clip_ms`, in which the page's narration begins at `narration_at_ms`."""
    face = fonts.face_for(language)
    times = _shown(page, narration_at_ms, clip_ms)
    events = [
        f"Dialogue: 0,{ass_time(start)},{ass_time(end)},Story,,0,0,0,,{_karaoke(cue, narration_at_ms - start, face)}"
        for cue, (start, end) in zip(page, times, strict=True)
        if end > start
    ]
    return "\n".join([_header(face, frame_px), *events, ""])


def srt(pages: Sequence[Sequence[Cue]], timeline: Timeline) -> str:
    """The whole film's subtitles as SRT; empty for a film without words."""
    blocks: list[str] = []
    for cues_of_page, page in zip(pages, timeline.pages, strict=True):
        page_end = round((page.start_frame + page.frames) * timeline.total_ms / timeline.frames)
        for cue, (start, end) in zip(
            cues_of_page, _shown(cues_of_page, page.narration_start_ms, page_end), strict=True
        ):
            if end > start:
                blocks.append(f"{len(blocks) + 1}\n{_srt_time(start)} --> {_srt_time(end)}\n{_plain(cue.text)}\n")
    return "\n".join(blocks)


def escape(text: str) -> str:
    r"""Text that libass shows as it is: no `{...}` block and no `\N`, `\n` or `\h` can come out of it.

    A word joiner (invisible) after every backslash parts it from what it would escape; then braces get their own.
    """
    return text.replace("\\", "\\" + _WORD_JOINER).replace("{", "\\{").replace("}", "\\}")


def _shown(page: Sequence[Cue], narration_at_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """When each cue is on the screen: they never overlap and none is left after `end_ms`."""
    starts = [max(0, narration_at_ms + cue.start_ms - APPEARS_MS) for cue in page]
    ends = [narration_at_ms + cue.end_ms + STAYS_MS for cue in page]
    limits = [*starts[1:], end_ms][: len(page)]
    return [(start, min(end, limit, end_ms)) for start, end, limit in zip(starts, ends, limits, strict=True)]


def _karaoke(cue: Cue, shift_ms: int, face: Face) -> str:
    """The event's text. Every time is rounded from the event's start, so that roundings never add up."""
    lines, now_cs = [], 0
    for line in cue.lines:
        parts: list[str] = []
        for i, span in enumerate(line):
            start_cs = max(now_cs, _cs(span.start_ms + shift_ms))
            end_cs = max(start_cs, _cs(span.end_ms + shift_ms))
            wait = f"{{\\k{start_cs - now_cs}}}" if start_cs > now_cs else ""
            text = span.text.rstrip() if i == len(line) - 1 else span.text
            parts.append(f"{wait}{{\\kf{end_cs - start_cs}}}{set_text(text, face)}")
            now_cs = end_cs
        lines.append("".join(parts))
    return "\\N".join(lines)


def set_text(text: str, main: Face) -> str:
    """Escaped text with a change of face around what the main one does not have."""
    parts = [
        escape(part) if face is main else f"{{\\fn{face.family}}}{escape(part)}{{\\fn{main.family}}}"
        for face, part in fonts.runs(text, main)
    ]
    return "".join(parts)


def _header(face: Face, frame_px: tuple[int, int]) -> str:
    width, height = frame_px
    em = em_px(frame_px)
    size = round(em * fonts.line_height(face), 1)
    side = round(width * (1 - WIDTH_SHARE) / 2) - 1
    style = (
        f"Style: Story,{face.family},{size},{_SPOKEN},{_COMING},{_OUTLINE},{_SHADOW},-1,0,0,0,100,100,0,0,1,"
        f"{em * 0.075:.1f},{em * 0.045:.1f},2,{side // 2},{side // 2},{round(height * MARGIN_SHARE)},1"
    )
    return header([style], frame_px)


def header(styles: Sequence[str], frame_px: tuple[int, int]) -> str:
    """The head of an ASS script for frames of this size, up to its first event."""
    lines = "\n".join(styles)
    return f"""[Script Info]
ScriptType: v4.00+
PlayResX: {frame_px[0]}
PlayResY: {frame_px[1]}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
{lines}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"""


def _plain(text: str) -> str:
    """Text that players show as it is: no tags, no ASS blocks, no arrow that looks like a time line."""
    parted = "".join(char + _WORD_JOINER if char in "<{\\" else char for char in text)
    return parted.replace("-->", "→")


def _cs(ms: int) -> int:
    return round(ms / 10)


def ass_time(ms: int) -> str:
    """A time as ASS writes it."""
    seconds, cs = divmod(_cs(ms), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{cs:02}"


def _srt_time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"
