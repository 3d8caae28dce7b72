"""One small session: pictures, clips of them, a film."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.media.adapters.local_clip_maker import LocalClipMaker
from tests.media.film import material

SIZE = (320, 180)


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return material.picture(tmp_path_factory.mktemp("pictures") / "1.png", SIZE, 1)


@pytest.fixture(scope="session")
def clips(picture: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two clips of 1.5 s and 1 s."""
    folder = tmp_path_factory.mktemp("clips it's")
    files = [folder / "1.mp4", folder / "2.mp4"]
    for file, prompt, ms in zip(files, ("zoom in", "static"), (1500, 1000), strict=True):
        asyncio.run(LocalClipMaker().animate(picture, prompt, ms, SIZE, 1, 7, file, lambda share: None))
    return files
