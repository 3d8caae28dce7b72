"""Who does each kind of work, with which models, and at what prices. Everyone who buys or allows it reads the same.

Prices are in US dollars as read on 2026-10-07 where a source is given; a provider may change them any day.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from shared.config.base import FromEnvironment
from shared.pricing.prices import Prices

Provider = Literal["local", "replicate"]
Override = Literal["", "local", "replicate"]


class PriceSettings(FromEnvironment):
    """Providers, models and prices, from `TALEWRIGHT_*` environment variables."""

    provider: Provider = Field("local", description="Who does the work: this machine, or Replicate, which bills it.")
    provider_text: Override = Field("", description="Who writes stories and screenplays; empty: as `provider`.")
    provider_images: Override = Field("", description="Who draws; empty: as `provider`.")
    provider_speech: Override = Field("", description="Who speaks; empty: as `provider`.")
    provider_clips: Override = Field("", description="Who animates a session's pictures; empty: as `provider`.")

    image_model: Literal["flux-schnell", "flux-dev"] = Field("flux-schnell", description="What draws at Replicate.")
    speech_model: Literal["speech-02-turbo", "kokoro-82m"] = Field(
        "speech-02-turbo", description="What speaks at Replicate."
    )
    text_model: str = Field("openai/gpt-4.1-mini", min_length=1, description="What writes at Replicate; owner/name.")
    clip_model: Literal["gen4-turbo"] = Field("gen4-turbo", description="What animates at Replicate.")

    price_flux_schnell_usd: Decimal = Field(
        Decimal("0.003"), ge=0, description="One image. replicate.com/pricing: $3.00 a 1,000 images."
    )
    price_flux_dev_usd: Decimal = Field(
        Decimal("0.025"), ge=0, description="One image. replicate.com/pricing: $0.025 an image."
    )
    price_gen4_turbo_usd: Decimal = Field(
        Decimal("0.015"),
        ge=0,
        description="One second of a clip, as the sessions API states it. Resellers tell about 0.05 for Replicate: "
        "set that where Replicate bills.",
    )
    price_speech_02_turbo_usd: Decimal = Field(
        Decimal("0.06"), ge=0, description="1,000 characters. An upper bound: the price of the dearer speech-2.6-turbo."
    )
    price_kokoro_82m_usd: Decimal = Field(
        Decimal("0.01"),
        ge=0,
        description="1,000 characters. An upper bound of ours: billed is the GPU's time, $0.000225 a second of a T4.",
    )
    price_text_in_usd: Decimal = Field(
        Decimal("0.40"), ge=0, description="1,000,000 tokens read by the text model. gpt-4.1-mini's list price."
    )
    price_text_out_usd: Decimal = Field(
        Decimal("1.60"), ge=0, description="1,000,000 tokens written by the text model. gpt-4.1-mini's list price."
    )

    @property
    def text_by(self) -> Provider:
        """Who writes."""
        return self.provider_text or self.provider

    @property
    def images_by(self) -> Provider:
        """Who draws."""
        return self.provider_images or self.provider

    @property
    def speech_by(self) -> Provider:
        """Who speaks."""
        return self.provider_speech or self.provider

    @property
    def clips_by(self) -> Provider:
        """Who animates."""
        return self.provider_clips or self.provider

    @property
    def prices(self) -> Prices:
        """The price list that these settings are."""
        image_usd = self.price_flux_dev_usd if self.image_model == "flux-dev" else self.price_flux_schnell_usd
        kokoro = self.speech_model == "kokoro-82m"
        return Prices(
            image_model=self.image_model,
            image_usd=image_usd,
            clip_second_usd=self.price_gen4_turbo_usd,
            speech_model=self.speech_model,
            speech_1k_usd=self.price_kokoro_82m_usd if kokoro else self.price_speech_02_turbo_usd,
            text_model=self.text_model,
            text_in_1m_usd=self.price_text_in_usd,
            text_out_1m_usd=self.price_text_out_usd,
            text_billed=self.text_by != "local",
            images_billed=self.images_by != "local",
            speech_billed=self.speech_by != "local",
            clips_billed=self.clips_by != "local",
        )


class BudgetSettings(FromEnvironment):
    """How much may be spent with providers that bill."""

    budget_user_usd: Decimal = Field(default=Decimal(20), ge=0, description="What one user may spend in a month (UTC).")
    budget_task_usd: Decimal = Field(default=Decimal(5), ge=0, description="What one task may spend in a month.")
