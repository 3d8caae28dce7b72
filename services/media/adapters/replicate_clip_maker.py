"""Clips from Replicate's gen4-turbo: a picture goes along as the first frame, five or ten seconds come back."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import cv2
from PIL import Image, ImageOps, UnidentifiedImageError

from services.media import prompting
from services.media.adapters.replicate_customer import Customer, Unreadable
from services.media.local.film import ffmpeg
from services.media.local.film.clip import ENCODE
from services.media.local.film.timeline import FPS
from services.media.local.session.animate import COLOUR, frames_of
from services.media.ports import Progress
from services.media.purchases import Purchase
from shared.contracts.values import FRAME_SIZE_PX
from shared.errors import Invalid, Unavailable
from shared.pricing.prices import CLIP_LENGTHS_MS, Prices, sold_length_ms

MODEL = "runwayml/gen4-turbo"
DEADLINE_S = 900.0
LARGEST_PICTURE_BYTES = 700_000
"""As a data URI it is a third larger; Replicate advises to stay below 1 MB."""
_QUALITIES = (92, 85, 75, 60, 40)


class ReplicateClipMaker:
    """Implements `ports.ClipMaker`."""

    def __init__(self, customer: Customer, prices: Prices, threads: int = 2) -> None:
        """`threads` is x264's."""
        self._customer = customer
        self._prices = prices
        self._threads = threads

    async def animate(
        self, picture: Path, prompt: str, duration_ms: int, size_px: tuple[int, int], item: int, seed: int,
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes the silent clip; see the port. Raises `Invalid` for more than ten seconds and for no picture."""
        if duration_ms > CLIP_LENGTHS_MS[-1]:
            raise Invalid(f"A clip has at most {CLIP_LENGTHS_MS[-1] // 1000} seconds.")
        first = file.with_name(f"{file.stem}-first.jpg")
        await ffmpeg.in_thread(lambda stop: first_frame(picture, size_px, first))
        progress(0.1)
        purchase = self._purchase(first, prompt, duration_ms, size_px, prompting.session_seed(seed, item))
        bought = await self._customer.file(purchase, _checked)
        progress(0.8)
        await ffmpeg.in_thread(lambda stop: normalise(bought, duration_ms, size_px, file, stop, self._threads))
        progress(1.0)

    def _purchase(self, first: Path, prompt: str, duration_ms: int, size_px: tuple[int, int], seed: int) -> Purchase:
        given = {
            "prompt": prompting.motion_prompt(prompt),
            "image": first,
            "duration": sold_length_ms(duration_ms) // 1000,
            "aspect_ratio": _aspect_ratio(size_px),
            "seed": seed,
        }
        return Purchase(
            step="animate", model=MODEL, input=given, charge=self._prices.clip(duration_ms),
            media_types=("video/mp4",), deadline_s=DEADLINE_S,
        )  # fmt: skip


def first_frame(picture: Path, size_px: tuple[int, int], file: Path) -> None:
    """Writes the picture as a JPEG of the clip's size that is small enough to go along. Raises `Invalid`."""
    try:
        with Image.open(picture) as image:
            frame = ImageOps.fit(image.convert("RGB"), size_px, Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid("The picture cannot be read.") from error
    for quality in _QUALITIES:
        frame.save(data := io.BytesIO(), "JPEG", quality=quality)
        if data.tell() <= LARGEST_PICTURE_BYTES:
            break
    file.write_bytes(data.getvalue())


def normalise(
    bought: Path, duration_ms: int, size_px: tuple[int, int], file: Path, stop: ffmpeg.Stop, threads: int
) -> None:
    """Writes the first `duration_ms` of a clip, to the frame, in our size, frame rate and colours.

    A clip that is a little too short stands still at its end. Raises `Unavailable` if ffmpeg fails.
    """
    width, height = size_px
    filters = (
        f"fps={FPS}",
        f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=lanczos"
        ":out_color_matrix=bt709:out_range=tv",
        f"crop={width}:{height}",
        "setsar=1",
        "tpad=stop=-1:stop_mode=clone",
        "format=yuv420p",
        COLOUR,
    )
    arguments = (
        "-i", str(bought.absolute()), "-an", "-vf", ",".join(filters), "-frames:v", str(frames_of(duration_ms)),
        *ENCODE, "-threads", str(threads), "-movflags", "+faststart", "-f", "mp4", str(file.absolute()),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="clip-") as folder:
        ffmpeg.run(arguments, Path(folder), stop)
    if not file.exists():
        raise Unavailable("ffmpeg wrote nothing")


def _checked(bought: Path) -> Path:
    film = cv2.VideoCapture(str(bought))
    readable, _ = film.read()
    film.release()
    if not readable:
        raise Unreadable("no frame can be read")
    return bought


def _aspect_ratio(size_px: tuple[int, int]) -> str:
    """The nearest shape that the model makes."""
    wanted = size_px[0] / size_px[1]
    return min(FRAME_SIZE_PX, key=lambda ratio: abs(FRAME_SIZE_PX[ratio][0] / FRAME_SIZE_PX[ratio][1] - wanted))
