"""A clip is as long as was ordered, to the frame, plays everywhere, and moves without shaking."""

from __future__ import annotations

import asyncio

import cv2
import numpy as np
import pytest

from services.media.adapters.local_clip_maker import LocalClipMaker
from services.media.local.film.planes import Frame, read_planes
from services.media.local.session.animate import frames_of
from services.media.local.session.motion import read_motion
from services.media.local.session.relief import Relief, guess_depth
from services.media.ports import ClipMaker
from shared.errors import Invalid
from tests.media.film import material
from tests.media.session.conftest import SIZE


async def clip(picture, tmp_path, prompt="", ms=1000, size=SIZE, progress=lambda share: None):
    maker: ClipMaker = LocalClipMaker()
    file = tmp_path / "clip.mp4"
    await maker.animate(picture, prompt, ms, size, 1, 7, file, progress)
    return file


@pytest.mark.parametrize(("ms", "frames"), [(1000, 24), (8000, 192), (1234, 30), (10, 1)])
async def test_the_length_is_exact(picture, tmp_path, ms, frames):
    assert frames_of(ms) == frames
    if ms < 3000:
        shown = material.packets(await clip(picture, tmp_path, "pan left", ms))
        assert [time for time, _ in shown] == [512 * n for n in range(frames)]


async def test_it_is_h264_yuv420p_ready_to_stream(picture, tmp_path):
    seen: list[float] = []
    file = await clip(picture, tmp_path, "orbit", progress=seen.append)
    said = material.ffmpeg("-loglevel", "info", "-i", file, "-f", "null", "-").stderr.decode()
    assert "h264 (High)" in said
    assert "yuv420p(tv, bt709" in said
    assert "320x180" in said
    assert "Audio" not in said
    data = file.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


async def test_a_picture_of_another_shape_fills_the_frame(tmp_path):
    tall = material.picture(tmp_path / "tall.png", (200, 400), 2)
    frames = material.luma(await clip(tall, tmp_path, "zoom in"), (64, 36))
    assert frames.shape[1:] == (36, 64)
    assert frames[0, :, 0].std() > 1
    assert frames[0, :, -1].std() > 1


async def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "x.png").write_bytes(b"not a picture")
    with pytest.raises(Invalid, match="not a picture"):
        await clip(tmp_path / "x.png", tmp_path)


def shifts(prompt: str, picture) -> np.ndarray:
    """How far the middle of the picture moves from frame to frame, in px, measured in the pixels."""
    size = (640, 360)
    relief, motion, frame = Relief(read_planes(picture, size)), read_motion(prompt, 1, 7, 96, 24), Frame(size)
    before, found = None, []
    for n in range(30, 60):
        relief.show(frame, motion.pose(n))
        now = frame.y[100:260, 200:440].astype(np.float32)
        if before is not None:
            found.append(cv2.phaseCorrelate(before, now)[0])
        before = now
    return np.array(found)


@pytest.mark.parametrize("prompt", ["pan right", "orbit", "track left"])
def test_nothing_shakes(prompt, tmp_path):
    picture = material.picture(tmp_path / "p.png", (640, 360), 3)
    moved = shifts(prompt, picture)
    assert np.abs(np.diff(moved, axis=0)).max() < 0.25
    assert np.abs(moved[:, 1]).max() < 0.25


def test_near_things_move_more_than_far_ones(tmp_path):
    size = (640, 360)
    picture = material.picture(tmp_path / "p.png", size, 3)
    relief, frame, other = Relief(read_planes(picture, size)), Frame(size), Frame(size)
    motion = read_motion("orbit", 1, 7, 192, 24)
    relief.show(frame, motion.pose(60))
    relief.show(other, motion.pose(130))
    top, bottom = (
        cv2.phaseCorrelate(frame.y[rows].astype(np.float32), other.y[rows].astype(np.float32))[0][0]
        for rows in (slice(0, 60), slice(300, 360))
    )
    assert abs(bottom - top) > 1.5


def test_depth_is_soft_and_near_at_the_bottom(tmp_path):
    depth = guess_depth(read_planes(material.picture(tmp_path / "p.png", (640, 360), 3), (640, 360)).y)
    assert depth[-1].mean() > depth[0].mean() + 0.3
    assert max(np.abs(np.diff(depth, axis=0)).max(), np.abs(np.diff(depth, axis=1)).max()) < 0.12


async def test_calling_off_stops_the_encoder(picture, tmp_path):
    work = asyncio.ensure_future(clip(picture, tmp_path, "orbit", 60_000, (1280, 720)))
    await asyncio.sleep(0.4)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
