"""Stories that several tests read: each is written once."""

from __future__ import annotations

from functools import cache

from services.media.local.story.compose import write
from services.media.model import Script
from shared.contracts.values import Brief


@cache
def told(brief: Brief) -> Script:
    """The script of a brief; writing is pure, so that one copy serves all tests."""
    return write(brief)


def text_of(script: Script) -> str:
    """All that is shown or spoken."""
    return " ".join((script.title, script.description, *(page.text for page in script.pages)))
