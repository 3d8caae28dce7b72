"""Texts over a film, as an ASS script. Pure: text is user text and stands nowhere but in the text field of an event."""

from __future__ import annotations

import math
from collections.abc import Sequence

from services.media.local.film import fonts
from services.media.local.film.fonts import Face
from services.media.local.film.spans import clean, tokens
from services.media.local.film.subtitles import ass_time, header, set_text
from shared.contracts.orders import Overlay

EM_SHARE = 62 / 960
SMALLEST_EM_SHARE = 24 / 960
"""Sizes of letters, as shares of the frame's middle size: what is long is set smaller."""

WIDTH_SHARE = 0.84
HEIGHT_SHARE = 0.62
"""How much of the frame a text may cover."""

MARGIN_SHARE = 0.09
LINE_EM = 1.42
"""From line to line: accents of all our scripts stay apart."""

FADE_MS = 200

_TEXT, _OUTLINE, _SHADOW = "&H00FFFFFF", "&H30140E0A", "&H90000000"


def overlays_ass(overlays: Sequence[Overlay], frame_px: tuple[int, int]) -> str:
    """The whole script; empty when nothing of the texts can be shown."""
    faces = {overlay: face_of_text(overlay.text) for overlay in overlays}
    styles = [_style(face, frame_px) for face in fonts.FACES]
    events = [event for overlay in overlays if (event := _event(overlay, faces[overlay], frame_px))]
    return "\n".join([header(styles, frame_px), *events, ""]) if events else ""


def face_of_text(text: str) -> Face:
    """The face that a text is set in: a Japanese one where it has kana, a Chinese one for other ideographs."""
    if any(0x3040 <= ord(char) <= 0x30FF for char in text):
        return fonts.JAPANESE
    return fonts.CHINESE if sum(map(fonts.is_cjk, text)) * 2 > len(text.replace(" ", "")) else fonts.SANS


def fitted(text: str, face: Face, frame_px: tuple[int, int]) -> tuple[list[str], float]:
    """The text's lines and its letters' size in px: the largest at which everything fits into the frame.

    A text that is too long even for the smallest size ends in an ellipsis.
    """
    middle = math.sqrt(frame_px[0] * frame_px[1])
    em, smallest = middle * EM_SHARE, middle * SMALLEST_EM_SHARE
    while True:
        lines = wrapped(text, face, frame_px[0] * WIDTH_SHARE / em)
        room = max(1, int(frame_px[1] * HEIGHT_SHARE / (em * LINE_EM)))
        if len(lines) <= room:
            return lines, em
        if em <= smallest:
            return [*lines[: room - 1], _ended(lines[room - 1], face, frame_px[0] * WIDTH_SHARE / em)], em
        em = max(smallest, em * 0.9)


def _ended(line: str, face: Face, widest_em: float) -> str:
    """The line with an ellipsis, shorter by what that needs."""
    while line and fonts.width_em(line + "…", face) > widest_em:
        line = line[:-1]
    return line.rstrip() + "…"


def wrapped(text: str, face: Face, widest_em: float) -> list[str]:
    """The text's own lines, cleaned, and broken where they are wider than `widest_em`."""
    parts = [clean(line) for line in text.splitlines()]
    return [line for part in parts if part for line in _broken(part, face, widest_em)]


def _broken(part: str, face: Face, widest_em: float) -> list[str]:
    lines, line, width = [], "", 0.0
    for token in (piece for whole in tokens(part) for piece in _cut(whole, face, widest_em)):
        if line and width + fonts.width_em(token.rstrip(), face) > widest_em:
            lines.append(line.rstrip())
            line, width = "", 0.0
        line += token
        width += fonts.width_em(token, face)
    return [*lines, line.rstrip()]


def _cut(token: str, face: Face, widest_em: float) -> list[str]:
    """A word in pieces that fit a line."""
    if len(token) < 2 or fonts.width_em(token.rstrip(), face) <= widest_em:
        return [token]
    middle = len(token) // 2
    return _cut(token[:middle], face, widest_em) + _cut(token[middle:], face, widest_em)


def _event(overlay: Overlay, face: Face, frame_px: tuple[int, int]) -> str:
    start = max(0, overlay.start_ms)
    end = overlay.start_ms + overlay.duration_ms
    lines, em = fitted(overlay.text, face, frame_px)
    if end <= start or not lines:
        return ""
    fade = min(FADE_MS, (end - start) // 4)
    size = round(em * fonts.line_height(face), 1)
    tags = f"{{\\fad({fade},{fade})\\fs{size}\\bord{em * 0.06:.1f}\\shad{em * 0.045:.1f}}}"
    text = "\\N".join(set_text(line, face) for line in lines)
    return f"Dialogue: 0,{ass_time(start)},{ass_time(end)},{face.family},,0,0,0,,{tags}{text}"


def _style(face: Face, frame_px: tuple[int, int]) -> str:
    width, height = frame_px
    side = round(width * (1 - WIDTH_SHARE) / 4)
    return (
        f"Style: {face.family},{face.family},40,{_TEXT},{_TEXT},{_OUTLINE},{_SHADOW},-1,0,0,0,100,100,0,0,1,"
        f"2,2,2,{side},{side},{round(height * MARGIN_SHARE)},1"
    )
