"""Writes stories on this machine, without any provider."""

from __future__ import annotations

import msgspec

from services.media.local.story.compose import write
from services.media.local.story.pieces import split_text
from services.media.model import Script
from shared.contracts.values import Brief


class LocalStoryWriter:
    """The `StoryWriter` that tells stories from language packs; deterministic, a few milliseconds each."""

    async def write(self, brief: Brief) -> Script:
        """A script whose pages have no pieces yet. Raises `Invalid` if the brief's language has no pack."""
        return write(brief)

    async def split(self, script: Script) -> Script:
        """The same script with every page's `pieces` filled."""
        pages = tuple(
            msgspec.structs.replace(page, pieces=split_text(page.text, script.language)) for page in script.pages
        )
        return msgspec.structs.replace(script, pages=pages)
