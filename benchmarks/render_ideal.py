"""Frames as they would be without any rounding, and the tracking of dots: the yardsticks of `benchmarks.render`.

None of the product's warping is used here, only its plan of where the camera looks.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import imageio_ffmpeg
import msgspec
import numpy as np
from numpy.typing import NDArray

from services.media.local.film.camera import View, camera_move, luma_matrix
from services.media.local.film.timeline import FADE_FRAMES, Timeline, arrival

Floats = NDArray[np.float32]
DOT_SIGMA_PX = 7.0
WINDOW_PX = 26
SETTLED = 16
"""Frames left out at both ends, where the film fades."""


class Picture(msgspec.Struct, frozen=True):
    """BT.709 planes in float32, colour averaged over 2x2 pixels."""

    y: Floats
    u: Floats
    v: Floats


def load(files: Iterable[Path]) -> list[Picture]:
    """Reads pictures. Raises `ValueError` for a file that is none."""
    return [_picture(read(file).astype(np.float32) / np.float32(255)) for file in files]


def read(file: Path) -> NDArray[np.uint8]:
    """A picture as it is in its file: (height, width, 3), blue first. Raises `ValueError` for a file that is none."""
    picture = cv2.imread(str(file))
    if picture is None:
        raise ValueError(f"{file} is no picture.")
    return picture.astype(np.uint8, copy=False)


def page_frames(
    pictures: Sequence[Picture], seed: int, times: Timeline, index: int, frame_px: tuple[int, int]
) -> Iterator[NDArray[np.uint8]]:
    """A page's frames, with its crossfade and the film's fades."""
    moves = [camera_move(seed, i + 1, times.on_screen_frames(i)) for i in range(len(pictures))]
    black = np.full(frame_px[0] * frame_px[1] * 3 // 2, 128, np.float32)
    black[: frame_px[0] * frame_px[1]] = 16
    for i in range(times.pages[index].frames):
        shown = _sampled(pictures[index], moves[index].view(i), frame_px)
        if index and i < FADE_FRAMES:
            view = moves[index - 1].view(times.pages[index - 1].frames + i)
            shown = shown * arrival(i) + _sampled(pictures[index - 1], view, frame_px) * (1 - arrival(i))
        light = times.light(times.pages[index].start_frame + i)
        yield _bytes(shown * light + black * (1 - light))


def frame(picture: Picture, view: View, frame_px: tuple[int, int]) -> NDArray[np.uint8]:
    """One frame as yuv420p bytes."""
    return _bytes(_sampled(picture, view, frame_px))


def draw_dots(file: Path, size_px: tuple[int, int]) -> NDArray[np.float64]:
    """Draws soft light dots on grey; returns their places as (dots, 2): x and y in picture pixels."""
    xs, ys = np.linspace(0.2, 0.8, 7) * size_px[0], np.linspace(0.2, 0.7, 4) * size_px[1]
    places = np.array([(x + 3.3 * j, y + 1.7 * i) for i, x in enumerate(xs) for j, y in enumerate(ys)])
    y, x = np.mgrid[0 : size_px[1], 0 : size_px[0]].astype(np.float64)
    image = np.full((size_px[1], size_px[0]), 60.0)
    for dot in places:
        image += 170 * np.exp(-((x - dot[0]) ** 2 + (y - dot[1]) ** 2) / (2 * DOT_SIGMA_PX**2))
    cv2.imwrite(str(file), np.rint(image).astype(np.uint8))
    return places


def jitter_px(
    places: NDArray[np.float64], luma: NDArray[np.uint8], views: Sequence[View], frame_px: tuple[int, int]
) -> float:
    """How far dots stray from their ideal way from frame to frame: the mean of the distance, in px.

    `luma` is (frames, height, width).
    """
    frames = luma[SETTLED:-SETTLED]
    picture_px = (frame_px[0] * 6 // 5, frame_px[1] * 6 // 5)
    errors = []
    for image, view in zip(frames, views[SETTLED:], strict=False):
        matrix = luma_matrix(view, frame_px, picture_px)
        ideal = (places - matrix[:, 2]) / matrix[0, 0]
        errors.append([_centre(image, dot) - dot for dot in ideal])
    return float(np.linalg.norm(np.diff(np.array(errors), axis=0), axis=2).mean())


def film_luma(film: Path, frame_px: tuple[int, int]) -> NDArray[np.uint8]:
    """A film's brightness: (frames, height, width)."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(film),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, frame_px[1], frame_px[0])


def _picture(bgr: Floats) -> Picture:
    blue, green, red = bgr[..., 0], bgr[..., 1], bgr[..., 2]
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    u, v = (blue - y) / 1.8556, (red - y) / 1.5748
    halves = [c.reshape(c.shape[0] // 2, 2, c.shape[1] // 2, 2).mean((1, 3)) * 224 + 128 for c in (u, v)]
    return Picture(y * 219 + 16, halves[0].astype(np.float32), halves[1].astype(np.float32))


def _sampled(picture: Picture, view: View, frame_px: tuple[int, int]) -> Floats:
    width, height = frame_px
    luma = luma_matrix(view, frame_px, (picture.y.shape[1], picture.y.shape[0]))
    xs, ys = luma[0, 0] * np.arange(width) + luma[0, 2], luma[1, 1] * np.arange(height) + luma[1, 2]
    # Colour samples: level with every second column, between two rows; the picture's are in the middle of four pixels.
    cxs = (luma[0, 0] * np.arange(0, width, 2) + luma[0, 2] - 0.5) / 2
    cys = (luma[1, 1] * (np.arange(0, height, 2) + 0.5) + luma[1, 2] - 0.5) / 2
    planes = (_bilinear(picture.y, xs, ys), _bilinear(picture.u, cxs, cys), _bilinear(picture.v, cxs, cys))
    return np.concatenate([plane.ravel() for plane in planes])


def _bilinear(plane: Floats, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> Floats:
    (left, right_share), (top, low_share) = _taps(xs, plane.shape[1]), _taps(ys, plane.shape[0])
    rows = plane[top] + (plane[top + 1] - plane[top]) * low_share[:, None]
    first = np.take(rows, left, axis=1)
    between: Floats = first + (np.take(rows, left + 1, axis=1) - first) * right_share
    return between


def _taps(at: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], Floats]:
    inside = np.clip(at, 0, count - 1.000001)
    first = np.floor(inside).astype(np.intp)
    return first, (inside - first).astype(np.float32)


def _bytes(values: Floats) -> NDArray[np.uint8]:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def _centre(image: NDArray[np.uint8], near: NDArray[np.float64]) -> NDArray[np.float64]:
    """A dot's centre of mass in a window that sits on where the dot should be, so that its edge does not jump."""
    x, y = near
    left, top = round(x) - WINDOW_PX, round(y) - WINDOW_PX
    part = image[top : top + 2 * WINDOW_PX + 1, left : left + 2 * WINDOW_PX + 1].astype(np.float64)
    weight = np.clip(part - np.median(part) - 6, 0, None)
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]]
    centre: NDArray[np.float64] = np.array([(weight * xs).sum(), (weight * ys).sum()]) / weight.sum() + (left, top)
    return centre
