"""What models are told for sessions: the user's words come first, and nothing is said against them. Pure."""

from __future__ import annotations

import re

from services.media.prompting.plain import one_line

LONGEST_PROMPT_CHARS = 1_500
QUALITY = "Highly detailed, well composed, no watermark, no signature"
STILL = "The camera moves slowly and smoothly; the scene comes to life with natural, subtle motion"
_ENDS = ".!?…。！？।"


def session_prompt(prompt: str, item: int) -> str:
    """The prompt for one of the pictures of a description. Other items differ by their seed alone: a point of view
    may be what the user described."""
    told = one_line(prompt, LONGEST_PROMPT_CHARS)
    return f"{told}{'' if told[-1:] in _ENDS else '.'} {QUALITY}."


def session_seed(seed: int, item: int) -> int:
    """The seed of an item, 0 to 2^31 - 1."""
    return (seed * 1_000_003 + item * 7_919) % 2**31


def motion_prompt(prompt: str) -> str:
    """What moves in a clip: what the user says, or gentle life."""
    told = one_line(prompt, LONGEST_PROMPT_CHARS)
    return told if re.search(r"\w", told) else f"{STILL}."
