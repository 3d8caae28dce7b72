"""Settings of the media service."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from shared.settings import S3Settings, Settings


class MediaSettings(Settings, S3Settings):
    """Environment of a media worker."""

    provider: Literal["local"] = Field("local", description="Who makes stories, pictures and narration.")
    media_jobs_at_once: int = Field(1, ge=1, le=64, description="Jobs in hand at once; 1 where the work is CPU-bound.")
    media_drain_s: float = Field(15.0, gt=0, description="How long a job in hand may take after SIGTERM.")
    media_retry_delays_s: tuple[float, ...] = Field(
        (0.5, 2.0, 5.0), description="How long a job rests after each failed delivery."
    )
    price_flux_schnell_usd: Decimal = Field(
        Decimal("0.003"), ge=0, description="Price list: one picture of a session. The local provider bills nobody."
    )
    price_gen4_turbo_usd: Decimal = Field(
        Decimal("0.015"),
        ge=0,
        description="Price list: one second of a session's clips. The local provider bills nobody.",
    )
