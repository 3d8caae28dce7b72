"""Where the camera looks: a slow move over a picture that is larger than the frame. Pure, in float64.

A view is a rectangle of the picture with the frame's shape. Nothing is rounded to whole pixels: rounding is what makes
slow zooms shake.
"""

from __future__ import annotations

import math
import random

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.media.local.film.timeline import FPS

OVERSIZE = 1.2
"""Pictures are this much larger than the frame: the closest view still has a source pixel for every frame pixel."""

MOVES = ("push in", "drift right", "pull out", "drift left", "rise")
WIDE, CLOSE, DRIFT = 1.015, 1.125, 1.105
"""Zooms: 1.0 would show the whole picture; OVERSIZE would show source pixels one to one."""

LEG_S = 14.0
"""A camera that went one way for this long turns round, so that a long page keeps moving visibly."""

CALM_S = 5.0
"""Pages shorter than this move less far, never faster."""

_TRIM = 0.16 * math.pi

Matrix = NDArray[np.float64]


class View(msgspec.Struct, frozen=True):
    """What the camera sees: `zoom` and the middle of the view, in shares of the room the zoom leaves (-1 to 1)."""

    zoom: float
    x: float
    y: float


class Move(msgspec.Struct, frozen=True):
    """A camera's way over one picture during `frames` frames."""

    begin: View
    end: View
    frames: int

    def view(self, frame: int) -> View:
        """The view at a frame from 0 to `frames - 1`; zoom goes geometrically, which looks even."""
        share = _way(frame / max(1, self.frames - 1), _legs(self.frames))
        return View(
            self.begin.zoom * (self.end.zoom / self.begin.zoom) ** share,
            self.begin.x + (self.end.x - self.begin.x) * share,
            self.begin.y + (self.end.y - self.begin.y) * share,
        )


def camera_move(seed: int, page: int, frames: int) -> Move:
    """The move of a page (from 1) that is seen for `frames` frames. Neighbouring pages never move alike."""
    order = random.Random(seed).sample(MOVES, len(MOVES))
    dice = random.Random(f"{seed}/{page}")
    begin, end = _path(order[(page - 1) % len(order)], dice)
    return Move(begin, _toward(begin, end, min(1.0, frames / FPS / CALM_S)), frames)


def luma_matrix(view: View, frame_px: tuple[int, int], picture_px: tuple[int, int]) -> Matrix:
    """The 2x3 matrix from frame pixels to picture pixels (both counted at pixel centres)."""
    scale = min(picture_px[0] / frame_px[0], picture_px[1] / frame_px[1]) / view.zoom
    left = _edge(view.x, picture_px[0] - frame_px[0] * scale)
    top = _edge(view.y, picture_px[1] - frame_px[1] * scale)
    half = (scale - 1) / 2
    return np.array([[scale, 0.0, left + half], [0.0, scale, top + half]])


def chroma_matrix(luma: Matrix) -> Matrix:
    """The matrix for half-size colour planes that belongs to a luma matrix.

    A picture's planes were averaged from 2x2 pixels, so their samples lie in the middle of these four. H.264 wants the
    frame's samples level with the left pixels of each four ("left" siting): a quarter of a chroma pixel away in x.
    """
    scale = luma[0, 0]
    return np.array([[scale, 0.0, luma[0, 2] / 2 - 0.25], [0.0, scale, luma[1, 2] / 2 + (scale - 1) / 4]])


def _path(move: str, dice: random.Random) -> tuple[View, View]:
    near, side = dice.uniform(-0.35, 0.35), dice.uniform(-0.3, 0.3)
    if move == "push in":
        return View(WIDE, 0.0, 0.0), View(CLOSE, near, side)
    if move == "pull out":
        return View(CLOSE, near, side), View(WIDE, 0.0, 0.0)
    if move == "rise":
        return View(DRIFT, near, 0.9), View(DRIFT, -near, -0.9)
    begin, end = View(DRIFT, -0.9, side), View(DRIFT + dice.uniform(-0.02, 0.015), 0.9, -side)
    return (begin, end) if move == "drift right" else (end, begin)


def _toward(begin: View, end: View, share: float) -> View:
    return View(
        begin.zoom + (end.zoom - begin.zoom) * share,
        begin.x + (end.x - begin.x) * share,
        begin.y + (end.y - begin.y) * share,
    )


def _legs(frames: int) -> int:
    return max(1, round(frames / FPS / LEG_S))


def _way(share: float, legs: int) -> float:
    """From 0 to 1 (and back, when there are more legs): slower towards the ends, but nowhere still except to turn."""
    angle = _TRIM + share * (legs * math.pi - 2 * _TRIM)
    # A turn goes all the way to the side of the cosine that the trimmed ends stay away from.
    near, far = (math.cos(_TRIM) if legs < turn else 1.0 for turn in (3, 2))
    return (near - math.cos(angle)) / (near + far)


def _edge(position: float, room: float) -> float:
    return min(room, max(0.0, room * (1 + position) / 2))
