"""Pictures as BT.709 planes, and frames cut out of them: the film's inner loop.

A picture is turned into Y, U and V once; every frame then costs three small warps into a ready buffer that goes to the
encoder as it is. Colour is never converted per frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.local.film.camera import OVERSIZE, View, chroma_matrix, luma_matrix
from shared.errors import Invalid

Bytes = NDArray[np.uint8]

_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
# Rows make Y, U and V (limited range) from OpenCV's B, G, R bytes.
_FROM_BGR = np.array(
    [
        [_KB * 219 / 255, _KG * 219 / 255, _KR * 219 / 255, 16],
        [112 / 255, -_KG / (1 - _KB) * 112 / 255, -_KR / (1 - _KB) * 112 / 255, 128],
        [-_KB / (1 - _KR) * 112 / 255, -_KG / (1 - _KR) * 112 / 255, 112 / 255, 128],
    ],
    dtype=np.float32,
)


class Planes:
    """One picture, ready for the camera: `y` of (h, w) and `u`, `v` of (h/2, w/2), all uint8."""

    def __init__(self, bgr: Bytes) -> None:
        """Takes (h, w, 3) uint8 in OpenCV's order; both sides even."""
        yuv = cv2.transform(bgr.astype(np.float32), _FROM_BGR)
        height, width = yuv.shape[:2]
        small = cv2.resize(yuv[..., 1:], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        self.y = _rounded(yuv[..., 0])
        self.u, self.v = _rounded(small[..., 0]), _rounded(small[..., 1])

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.y.shape[1], self.y.shape[0]


class Frame:
    """One yuv420p frame in memory, as the encoder reads it: `data` holds Y, then U, then V."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        width, height = self.size_px = size_px
        self.data: Bytes = np.empty(width * height * 3 // 2, np.uint8)
        luma, chroma = width * height, width * height // 4
        self.y = self.data[:luma].reshape(height, width)
        self.u = self.data[luma : luma + chroma].reshape(height // 2, width // 2)
        self.v = self.data[luma + chroma :].reshape(height // 2, width // 2)

    def show(self, planes: Planes, view: View) -> None:
        """Fills the frame with what the camera sees of a picture."""
        luma = luma_matrix(view, self.size_px, planes.size_px)
        chroma = chroma_matrix(luma)
        for source, target, matrix in (
            (planes.y, self.y, luma),
            (planes.u, self.u, chroma),
            (planes.v, self.v, chroma),
        ):
            cv2.warpAffine(
                source, matrix, (target.shape[1], target.shape[0]), dst=target,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip

    def blend(self, other: Frame, share: float) -> None:
        """Lets `other` through: a share of 1 is all other, 0 changes nothing."""
        if share > 0:
            cv2.addWeighted(self.data, 1 - share, other.data, share, 0, dst=self.data)


def black(size_px: tuple[int, int]) -> Frame:
    """A black frame (limited range)."""
    frame = Frame(size_px)
    frame.y[:] = 16
    frame.u[:] = frame.v[:] = 128
    return frame


def read_planes(file: Path, frame_px: tuple[int, int]) -> Planes:
    """Reads a picture of any size and fits it to the camera: covering, cropped in the middle, OVERSIZE times the frame.

    Raises Invalid when the file is no picture.
    """
    image = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR) if file.stat().st_size else None
    if image is None:
        raise Invalid(f"{file.name} is not a picture that can be read")
    return Planes(cover(np.asarray(image, np.uint8), picture_size(frame_px)))


def picture_size(frame_px: tuple[int, int]) -> tuple[int, int]:
    """The size that pictures have for a film of this frame size: both sides even."""
    return 2 * round(frame_px[0] * OVERSIZE / 2), 2 * round(frame_px[1] * OVERSIZE / 2)


def cover(image: Bytes, size_px: tuple[int, int]) -> Bytes:
    """The picture scaled to cover `size_px`, the overhang cut off evenly on both sides."""
    height, width = image.shape[:2]
    scale = max(size_px[0] / width, size_px[1] / height)
    if scale == 1 and (width, height) == size_px:
        return image
    cut_w, cut_h = min(width, round(size_px[0] / scale)), min(height, round(size_px[1] / scale))
    left, top = (width - cut_w) // 2, (height - cut_h) // 2
    part: Bytes = image[top : top + cut_h, left : left + cut_w]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size_px, interpolation=method), np.uint8)


def _rounded(plane: NDArray[Any]) -> Bytes:
    return np.clip(plane + 0.5, 0, 255).astype(np.uint8)
