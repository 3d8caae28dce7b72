from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.media.local.film.camera import View
from services.media.local.film.planes import Frame, Planes, black, cover, picture_size, read_planes
from shared.contracts.values import FRAME_SIZE_PX
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((255, 0, 0), (63, 102, 240)),
     ((0, 255, 0), (173, 42, 26)), ((0, 0, 255), (32, 240, 118))],
)  # fmt: skip
def test_colours_are_bt709_limited(rgb, yuv):
    planes = Planes(np.full((8, 8, 3), rgb[::-1], np.uint8))
    assert (int(planes.y[3, 3]), int(planes.u[1, 1]), int(planes.v[1, 1])) == yuv


@pytest.mark.parametrize("size_px", [(1536, 864), (1024, 1024), (300, 900), (4000, 600), (7, 5), (1, 1)])
@pytest.mark.parametrize("frame_px", [(1280, 720), (720, 1280), (960, 960)])
def test_pictures_of_any_size_are_fitted(size_px, frame_px, tmp_path):
    file = tmp_path / "p.png"
    cv2.imwrite(str(file), np.full((size_px[1], size_px[0], 3), 90, np.uint8))
    assert read_planes(file, frame_px).size_px == picture_size(frame_px)


@pytest.mark.parametrize("frame_px", FRAME_SIZE_PX.values())
def test_picture_sides_are_even(frame_px):
    assert all(side % 2 == 0 for side in picture_size(frame_px))


def test_cropping_keeps_the_middle():
    image = np.zeros((100, 300, 3), np.uint8)
    image[:, 100:200] = 255
    assert cover(image, (100, 100)).min() == 255


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_broken_picture_is_refused(content, tmp_path):
    (tmp_path / "p.png").write_bytes(content)
    with pytest.raises(Invalid, match=r"p\.png"):
        read_planes(tmp_path / "p.png", (1280, 720))


def test_grey_scale_alpha_and_16_bit_pictures_are_read(tmp_path):
    for name, image in {
        "grey": np.full((60, 80), 90, np.uint8),
        "alpha": np.full((60, 80, 4), 90, np.uint8),
        "deep": np.full((60, 80, 3), 90 * 257, np.uint16),
    }.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), image)
        assert int(read_planes(tmp_path / f"{name}.png", (320, 180)).y[5, 5]) == pytest.approx(93, abs=1)


def test_blending_reaches_both_ends():
    a, b = black((64, 32)), Frame((64, 32))
    b.show(Planes(np.full((40, 80, 3), 255, np.uint8)), View(1.1, 0, 0))
    a.blend(b, 0)
    assert a.y.max() == 16
    a.blend(b, 0.5)
    assert abs(int(a.y[4, 4]) - 125) <= 1
    a.blend(b, 1)
    assert a.y.min() == 235
