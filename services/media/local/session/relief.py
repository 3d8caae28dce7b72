"""A flat picture as if it had depth: what seems near moves more than what seems far. Pure but for OpenCV."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.local.film.camera import chroma_matrix, luma_matrix
from services.media.local.film.planes import Bytes, Frame, Planes
from services.media.local.session.motion import Pose

_SCALE = 8
"""Depth is guessed at an eighth of the size: sharp depth would bend straight lines, soft depth never shows."""

Floats = NDArray[np.float32]


class Relief:
    """One picture with its guessed depth, for a camera that goes to the side and forward."""

    def __init__(self, planes: Planes) -> None:
        self._planes = planes
        self._depth = guess_depth(planes.y)
        middle = self._depth.shape[0] // 2, self._depth.shape[1] // 2
        # What is in the middle of the picture stays where it is, as it does for somebody who walks round it.
        self._pivot = float(self._depth[middle[0] - 4 : middle[0] + 8, middle[1] - 6 : middle[1] + 6].mean())

    def show(self, frame: Frame, pose: Pose) -> None:
        """Fills the frame with what the camera sees."""
        if not pose.orbit and not pose.push:
            frame.show(self._planes, pose.view)
            return
        luma = luma_matrix(pose.view, frame.size_px, self._planes.size_px)
        chroma = chroma_matrix(luma)
        planes = self._planes
        for source, target, matrix, share in (
            (planes.y, frame.y, luma, 1.0),
            (planes.u, frame.u, chroma, 0.5),
            (planes.v, frame.v, chroma, 0.5),
        ):
            self._warp(source, target, matrix, pose, planes.size_px[0] * share)

    def _warp(self, source: Bytes, target: Bytes, matrix: NDArray[np.float64], pose: Pose, width: float) -> None:
        height_px, width_px = target.shape
        near = self._near(matrix, (width_px, height_px), source.shape)
        scale = np.float32(matrix[0, 0])
        xs = np.arange(width_px, dtype=np.float32) * scale + np.float32(matrix[0, 2])
        ys = np.arange(height_px, dtype=np.float32) * scale + np.float32(matrix[1, 2])
        middle_x, middle_y = (source.shape[1] - 1) / 2, (source.shape[0] - 1) / 2
        grow = near * np.float32(-pose.push)
        map_x = xs[None] + grow * (xs - np.float32(middle_x))[None] + near * np.float32(pose.orbit * width)
        map_y = ys[:, None] + grow * (ys - np.float32(middle_y))[:, None]
        cv2.remap(
            source, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR, dst=target,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip

    def _near(self, matrix: NDArray[np.float64], size_px: tuple[int, int], shape: tuple[int, ...]) -> Floats:
        """How near each pixel of the target is, against what is in the middle."""
        small = max(2, size_px[0] // _SCALE), max(2, size_px[1] // _SCALE)
        to_depth = self._depth.shape[1] / shape[1]
        step = matrix[0, 0] * size_px[0] / small[0] * to_depth
        small_matrix = np.array([[step, 0.0, matrix[0, 2] * to_depth], [0.0, step, matrix[1, 2] * to_depth]])
        part = cv2.warpAffine(
            self._depth,
            small_matrix,
            small,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(cv2.resize(part, size_px, interpolation=cv2.INTER_LINEAR), np.float32) - np.float32(
            self._pivot
        )


def guess_depth(luma: Bytes) -> Floats:
    """How near things seem, 0 to 1, at an eighth of the size: the ground comes nearer downwards, detail is near."""
    height, width = max(8, luma.shape[0] // _SCALE), max(8, luma.shape[1] // _SCALE)
    small = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    edges = np.hypot(cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1))
    detail = _blurred(edges, width / 14)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None]
    middle = np.exp(-(across**2) / 0.5 - (rows - 0.55) ** 2 / 0.16)
    depth = rows**1.3 * 0.6 + detail / max(1e-6, float(detail.max())) * 0.3 + middle * 0.25
    soft = _blurred(np.broadcast_to(depth, (height, width)).astype(np.float32), width / 24)
    low, high = float(soft.min()), float(soft.max())
    return np.asarray((soft - low) / max(1e-6, high - low), np.float32)


def _blurred(plane: NDArray[Any], sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)
