from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.local.film.camera import OVERSIZE, camera_move, chroma_matrix, luma_matrix
from services.media.local.film.planes import Frame, Planes, picture_size
from shared.contracts.values import FRAME_SIZE_PX

SIZES = list(FRAME_SIZE_PX.values())


@given(st.integers(0, 2**63), st.integers(1, 40), st.integers(2, 1600), st.sampled_from(SIZES))
def test_the_camera_never_sees_beyond_the_picture_and_never_magnifies(seed, page, frames, frame_px):
    width, height = picture_size(frame_px)
    move = camera_move(seed, page, frames)
    for frame in {0, 1, frames // 3, frames // 2, frames - 1}:
        matrix = luma_matrix(move.view(frame), frame_px, (width, height))
        first, last = matrix @ [0, 0, 1], matrix @ [frame_px[0] - 1, frame_px[1] - 1, 1]
        assert min(first) >= -1e-9
        assert last[0] <= width - 1 + 1e-9
        assert last[1] <= height - 1 + 1e-9
        assert matrix[0, 0] >= 1.0
        assert matrix[0, 0] <= OVERSIZE


@given(st.integers(0, 2**40), st.integers(1, 9), st.integers(72, 1600))
def test_the_move_is_slow_smooth_and_not_still(seed, page, frames):
    move = camera_move(seed, page, frames)
    frame_px = (1280, 720)
    corner = np.array([luma_matrix(move.view(i), frame_px, picture_size(frame_px)) @ [0, 0, 1] for i in range(frames)])
    speed = np.diff(corner, axis=0)
    assert np.abs(speed).max() < 2.5, "pixels a frame"
    assert np.abs(np.diff(speed, axis=0)).max() < 0.06, "no jerk"
    assert np.ptp(corner, axis=0).max() > 12, "it does move"


def test_neighbouring_pages_move_differently():
    for seed in range(30):
        moves = [camera_move(seed, page, 120) for page in range(1, 7)]
        assert all((a.begin, a.end) != (b.begin, b.end) for a, b in pairwise(moves))


def test_a_move_depends_on_nothing_but_seed_page_and_length():
    assert camera_move(5, 2, 100) == camera_move(5, 2, 100)
    assert len({camera_move(seed, 2, 100).end for seed in range(20)}) > 10


def ramps(width: int, height: int) -> np.ndarray:
    """A picture whose blue grows to the right and whose red grows downwards, linearly."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    image = np.full((height, width, 3), 100, np.float32)
    image[..., 0] = 20 + 200 * x / width
    image[..., 2] = 20 + 200 * y / height
    return image


@pytest.mark.parametrize("frame", [0, 50, 99])
def test_colour_moves_with_the_light_to_a_part_of_a_pixel(frame):
    """Against the warp of a full-size chroma plane, sampled where H.264 puts its samples (left, between the rows)."""
    frame_px = (320, 180)
    width, height = picture_size(frame_px)
    view = camera_move(3, 1, 100).view(frame)
    image = ramps(width, height)
    shown = Frame(frame_px)
    shown.show(Planes(np.rint(image).astype(np.uint8)), view)
    full_u = (image @ np.array([0.5, -0.3854, -0.1146], np.float32)) * 224 / 255 + 128
    luma = luma_matrix(view, frame_px, (width, height))
    ys, xs = np.mgrid[0 : frame_px[1] : 2, 0 : frame_px[0] : 2].astype(np.float64)
    map_x = (luma[0, 0] * xs + luma[0, 2]).astype(np.float32)
    map_y = (luma[1, 1] * (ys + 0.5) + luma[1, 2]).astype(np.float32)
    ideal = cv2.remap(full_u.astype(np.float32), map_x, map_y, cv2.INTER_LINEAR)
    inner = (slice(2, -2), slice(2, -2))
    error = shown.u.astype(np.float32)[inner] - ideal[inner]
    # One pixel to the side is 0.26 levels here: half a sample of wrong siting would show in the mean.
    assert abs(float(error.mean())) < 0.06
    assert np.abs(error).max() < 1.5


def test_chroma_matrix_is_half_the_luma_one_with_left_siting():
    luma = np.array([[1.1, 0, 7.0], [0, 1.1, 9.0]])
    assert chroma_matrix(luma) == pytest.approx(np.array([[1.1, 0, 3.25], [0, 1.1, 4.525]]))
