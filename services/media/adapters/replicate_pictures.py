"""Pictures from Replicate's flux models: pages of stories, and whatever the prompts of sessions describe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from services.media import prompting
from services.media.adapters.replicate_customer import Customer, Unreadable
from services.media.local.picture import picture_size
from services.media.model import Script
from services.media.ports import Progress
from services.media.purchases import Purchase
from shared.contracts.values import FRAME_SIZE_PX, AspectRatio
from shared.pricing.prices import Prices

OWNER = "black-forest-labs"
MEDIA_TYPES = ("image/png", "image/webp", "image/jpeg")
DEADLINE_S = 300.0
_STEPS = {"flux-schnell": 4, "flux-dev": 28}
_PNG_LEVEL = 1
_MOST_PX = 40_000_000


def flux_purchase(prices: Prices, prompt: str, aspect_ratio: AspectRatio, seed: int) -> Purchase:
    """One picture. Replicate names the aspect ratios as we do."""
    given: dict[str, Any] = {
        "prompt": prompt,
        "aspect_ratio": aspect_ratio,
        "num_outputs": 1,
        "num_inference_steps": _STEPS.get(prices.image_model, 4),
        "output_format": "png",
        "seed": seed,
    }
    return Purchase(
        step="draw", model=f"{OWNER}/{prices.image_model}", input=given, charge=prices.picture(),
        media_types=MEDIA_TYPES, deadline_s=DEADLINE_S,
    )  # fmt: skip


def write_png(bought: Path, size_px: tuple[int, int], file: Path) -> None:
    """The bought picture as an RGB PNG of exactly this size: scaled, and cut evenly where the shape differs.

    Raises `Unreadable` for what is no whole picture.
    """
    try:
        with Image.open(bought) as image:
            if image.width * image.height > _MOST_PX:
                raise Unreadable(f"{image.width} x {image.height} px")
            picture = ImageOps.fit(image.convert("RGB"), size_px, Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error
    picture.save(file, "PNG", compress_level=_PNG_LEVEL)


class ReplicateIllustrator:
    """Implements `ports.Illustrator`."""

    def __init__(self, customer: Customer, prices: Prices) -> None:
        self._customer = customer
        self._prices = prices

    async def draw(self, script: Script, page: int, file: Path, progress: Progress, variant: int = 0) -> None:
        """Writes the page's picture; see the port. Raises `NotFound` when the script has no such page."""
        prompt = prompting.picture_prompt(script, page, variant)
        seed = prompting.picture_seed(script, page, variant)
        size_px = picture_size(script)
        progress(0.1)
        purchase = flux_purchase(self._prices, prompt, script.aspect_ratio, seed)
        await self._customer.file(purchase, lambda bought: write_png(bought, size_px, file))
        progress(1.0)


class ReplicatePainter:
    """Implements `ports.Painter`."""

    def __init__(self, customer: Customer, prices: Prices) -> None:
        self._customer = customer
        self._prices = prices

    async def paint(
        self, prompt: str, item: int, aspect_ratio: AspectRatio, seed: int, file: Path, progress: Progress
    ) -> None:
        """Writes the picture; see the port."""
        progress(0.1)
        told, item_seed = prompting.session_prompt(prompt, item), prompting.session_seed(seed, item)
        purchase = flux_purchase(self._prices, told, aspect_ratio, item_seed)
        size_px = FRAME_SIZE_PX[aspect_ratio]
        await self._customer.file(purchase, lambda bought: write_png(bought, size_px, file))
        progress(1.0)
