from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from services.media.adapters.local_narrator import LocalNarrator
from services.media.model import PageSpeech, Script
from tests.media.speech.material import ignore, script_of


class Story(NamedTuple):
    """A narrated script of three pages and where its narrations begin in a film of `total_ms`."""

    script: Script
    speeches: list[PageSpeech]
    starts_ms: list[int]
    total_ms: int
    folder: Path


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("speech")
    script = script_of(
        ("In the evening, a small boat came home.", "Grandmother was waiting with a lamp!"),
        ("Nobody had seen the fog come in.",),
        ("She lifted the light, and the boat found the harbour.", "That was all."),
        genre="mystery",
        voice="onyx",
    )

    async def narrate() -> list[PageSpeech]:
        return [await LocalNarrator().speak(script, page, folder, ignore) for page in (1, 2, 3)]

    speeches = asyncio.run(narrate())
    starts_ms, now_ms = [], 4_000
    for speech in speeches:
        starts_ms.append(now_ms)
        now_ms += speech.duration_ms + 3_000
    return Story(script, speeches, starts_ms, now_ms + 1_237, folder)
