"""When every page is on screen and when it is spoken. Pure arithmetic in whole frames.

A page owns the frames from its start to the next page's start. Its picture comes in over the previous one during the
first `FADE_FRAMES` of that span, so a page can be rendered by anybody who has these two pictures: the clips meet
between two frames and never overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec

from shared.errors import Invalid

FPS = 24
FADE_FRAMES = 14
"""How long one picture turns into the next."""

LEAD_FRAMES = 11
"""From a page's first frame to its first word: the new picture is nearly there when its words begin."""

TAIL_FRAMES = 12
"""A breath after the last word."""

OPENING_FRAMES = 20
"""The first page's lead: a fade from black and a clear look at the picture."""

FADE_IN_FRAMES = 12
FADE_OUT_FRAMES = 20
CLOSING_FRAMES = 36
"""The last page's tail: the picture stays for a moment, then goes to black."""

MIN_SPOKEN_MS = 2000
"""A page with few words or none still has to be seen."""


class PageTime(msgspec.Struct, frozen=True):
    """One page on the film's time line; `narration_start_ms` counts from the film's first frame."""

    start_frame: int
    frames: int
    narration_start_ms: int

    @property
    def end_frame(self) -> int:
        """The first frame that is not this page's."""
        return self.start_frame + self.frames


class Timeline(msgspec.Struct, frozen=True):
    """The whole film: its pages in order."""

    pages: tuple[PageTime, ...]

    @property
    def frames(self) -> int:
        """How many frames the film has."""
        return self.pages[-1].end_frame

    @property
    def total_ms(self) -> int:
        """How long the film is, to the nearest millisecond."""
        return frames_to_ms(self.frames)

    @property
    def cover_frame(self) -> int:
        """A frame of the first picture in full light, just before the first subtitle shows."""
        return OPENING_FRAMES - 4

    def on_screen_frames(self, index: int) -> int:
        """How long picture `index` (from 0) is seen, with the fade into the next one."""
        is_last = index == len(self.pages) - 1
        return self.pages[index].frames + (0 if is_last else FADE_FRAMES)

    def light(self, frame: int) -> float:
        """How bright the film is at a frame: 0 is black (its first and last frame), 1 full light."""
        opening = frame / FADE_IN_FRAMES
        closing = (self.frames - 1 - frame) / FADE_OUT_FRAMES
        return _eased(min(opening, closing))


def timeline(durations_ms: Sequence[int]) -> Timeline:
    """Lays out pages whose narrations last `durations_ms`; raises Invalid when there are none or one is negative."""
    if not durations_ms or min(durations_ms) < 0:
        raise Invalid("A film needs at least one page, and no narration lasts less than nothing")
    last = len(durations_ms) - 1
    leads = [OPENING_FRAMES if i == 0 else LEAD_FRAMES for i in range(last + 1)]
    tails = [CLOSING_FRAMES if i == last else TAIL_FRAMES for i in range(last + 1)]
    lengths = [
        lead + _frames_for(max(MIN_SPOKEN_MS, spoken)) + tail
        for lead, spoken, tail in zip(leads, durations_ms, tails, strict=True)
    ]
    starts = accumulate(lengths[:-1], initial=0)
    return Timeline(
        tuple(
            PageTime(start, length, frames_to_ms(start + lead))
            for start, length, lead in zip(starts, lengths, leads, strict=True)
        )
    )


def arrival(frame_in_page: int) -> float:
    """How much of the new picture shows at a frame of its page: rises from just over 0 to 1 through the crossfade."""
    return _eased((frame_in_page + 1) / (FADE_FRAMES + 1))


def frames_to_ms(frames: int) -> int:
    """When a frame is shown, in ms."""
    return round(frames * 1000 / FPS)


def _frames_for(duration_ms: int) -> int:
    return -(-duration_ms * FPS // 1000)


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
