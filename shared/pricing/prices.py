"""The price list: what a piece of work costs, to the millionth of a dollar. Pure."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import msgspec

from shared.contracts.values import Charge

CLIP_LENGTHS_MS = (5_000, 10_000)
"""The clips that a provider sells; a shorter one is cut from the next longer."""


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars for an image, a second of a clip, 1,000 characters, and 1,000,000 tokens read and written.

    `…_billed` says whether somebody really takes the money. What is made on our own machines costs nothing: its
    charges say what the same work costs by the list.
    """

    image_model: str = "flux-schnell"
    image_usd: Decimal = Decimal("0.003")
    clip_second_usd: Decimal = Decimal("0.015")
    speech_model: str = "speech-02-turbo"
    speech_1k_usd: Decimal = Decimal("0.06")
    text_model: str = "openai/gpt-4.1-mini"
    text_in_1m_usd: Decimal = Decimal("0.40")
    text_out_1m_usd: Decimal = Decimal("1.60")
    text_billed: bool = False
    images_billed: bool = False
    speech_billed: bool = False
    clips_billed: bool = False

    @property
    def bills(self) -> bool:
        """Whether any work is billed."""
        return self.text_billed or self.images_billed or self.speech_billed or self.clips_billed

    def picture(self, count: int = 1) -> Charge:
        """So many pictures."""
        return Charge(
            service="replicate_flux", model=self.image_model, quantity=count, unit="image",
            amount_microusd=count * microusd(self.image_usd), billed=self.images_billed,
        )  # fmt: skip

    def clip(self, duration_ms: int, count: int = 1) -> Charge:
        """So many clips of `duration_ms` each; billed is the whole length that is sold."""
        sold_ms = sold_length_ms(duration_ms) if self.clips_billed else duration_ms
        return Charge(
            service="replicate_luma", model="gen-4-turbo", quantity=count * sold_ms / 1000, unit="second",
            amount_microusd=count * microusd(self.clip_second_usd * sold_ms / 1000), billed=self.clips_billed,
        )  # fmt: skip

    def speech(self, characters: int, count: int = 1) -> Charge:
        """So many texts of `characters` each, spoken."""
        each = microusd(self.speech_1k_usd * characters / 1_000, up=True)
        return Charge(
            service="replicate_speech", model=self.speech_model, quantity=count * characters, unit="character",
            amount_microusd=count * each, billed=self.speech_billed,
        )  # fmt: skip

    def text(self, tokens_in: int, tokens_out: int) -> Charge:
        """A text, written; the question counts as well as the answer."""
        usd = (self.text_in_1m_usd * tokens_in + self.text_out_1m_usd * tokens_out) / 1_000_000
        return Charge(
            service="replicate_text", model=self.text_model, quantity=tokens_in + tokens_out, unit="token",
            amount_microusd=microusd(usd, up=True), billed=self.text_billed,
        )  # fmt: skip


def sold_length_ms(duration_ms: int) -> int:
    """The length of the clip that must be bought for one of `duration_ms`."""
    return next((sold for sold in CLIP_LENGTHS_MS if sold >= duration_ms), CLIP_LENGTHS_MS[-1])


def microusd(usd: Decimal, up: bool = False) -> int:
    """Millionths of a dollar, rounded to the nearest, or `up` where the sum must not be too low."""
    return int((usd * 1_000_000).quantize(Decimal(1), ROUND_CEILING if up else ROUND_HALF_UP))
