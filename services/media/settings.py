"""Settings of the media service."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.media.adapters.replicate_voices import KOKORO_VERSION
from services.media.gate import Limits
from shared.config.base import Fault
from shared.pricing.settings import PriceSettings
from shared.settings import S3Settings, Settings

LOCAL_DELAYS_S = (0.5, 2.0, 5.0)
BOUGHT_DELAYS_S = (1.0, 5.0, 20.0, 60.0, 120.0)


class ReplicateSettings(PriceSettings):
    """Who does which kind of work, and how Replicate is reached."""

    model_config = SettingsConfigDict(populate_by_name=True)

    replicate_api_token: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("TALEWRIGHT_REPLICATE_API_TOKEN", "REPLICATE_API_TOKEN"),
        description="Token of the account that pays; REPLICATE_API_TOKEN without our prefix will do as well.",
    )
    replicate_base_url: str = Field("https://api.replicate.com", description="Where Replicate's API is.")
    replicate_output_hosts: tuple[str, ...] = Field(
        (), description="`host:port` that results may come from besides replicate.delivery; for tests."
    )
    replicate_kokoro_version: str = Field(
        KOKORO_VERSION,
        pattern="^[0-9a-f]{64}$",
        examples=["64 hexadecimal digits"],
        description="Version of the community model kokoro-82m.",
    )
    replicate_create_timeout_s: float = Field(60.0, gt=0, description="How long the answer to an order may take.")
    replicate_unsent_after_s: float = Field(
        120.0, gt=0, description="An order without an answer and without a trace is sent again after this."
    )
    replicate_creates_per_min: int = Field(600, ge=1, description="Orders a minute, of all workers together.")
    replicate_concurrency: int = Field(8, ge=1, le=200, description="Orders under way, of all workers together.")
    breaker_billing_s: float = Field(
        300.0, gt=0, description="How long nothing is ordered after the provider refused for lack of credit or rights."
    )
    webhook_base_url: str = Field(
        "",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?)?$",
        examples=["https://tales.example.com"],
        description="The gateway's URL as the provider reaches it, for news of finished work; empty: polls alone.",
    )

    @property
    def bought(self) -> tuple[str, ...]:
        """The kinds of work that Replicate does: of "text", "images", "speech" and "clips"."""
        makers = {"text": self.text_by, "images": self.images_by, "speech": self.speech_by, "clips": self.clips_by}
        return tuple(kind for kind, maker in makers.items() if maker == "replicate")

    @property
    def limits(self) -> Limits:
        """What all workers together may order."""
        return Limits(
            creates_per_min=self.replicate_creates_per_min,
            concurrency=self.replicate_concurrency,
            billing_s=self.breaker_billing_s,
            trial_s=self.replicate_create_timeout_s + 30,
        )

    @property
    def webhook_url(self) -> str:
        """What a sending's nonce is appended to; empty: no webhooks."""
        return f"{self.webhook_base_url.rstrip('/')}/webhooks/replicate" if self.webhook_base_url else ""

    def faults(self) -> Iterator[Fault]:
        """See `FromEnvironment`: work must not be bought without a token, and not twice. Better no start."""
        yield from super().faults()
        if self.replicate_unsent_after_s <= self.replicate_create_timeout_s:
            wrong = f"is {self.replicate_unsent_after_s:g}, so that a slow order would be sent twice"
            limit = f"TALEWRIGHT_REPLICATE_CREATE_TIMEOUT_S, which is {self.replicate_create_timeout_s:g}"
            yield Fault("TALEWRIGHT_REPLICATE_UNSENT_AFTER_S", wrong, f"expected more than {limit}")
        if self.bought and not self.replicate_api_token.get_secret_value().strip():
            wrong = f"is missing while Replicate is to make {', '.join(self.bought)}"
            yield Fault("TALEWRIGHT_REPLICATE_API_TOKEN", wrong, "set it, or TALEWRIGHT_PROVIDER=local")


class MediaSettings(Settings, S3Settings, ReplicateSettings):
    """Environment of a media worker."""

    media_jobs_at_once: int = Field(
        1, ge=1, le=64, description="Jobs in hand at once; 1 where the work is CPU-bound, more where it is waiting."
    )
    media_drain_s: float = Field(15.0, gt=0, description="How long a job in hand may take after SIGTERM.")
    media_retry_delays_s: tuple[float, ...] = Field(
        (),
        description=f"How long a job rests after each failed delivery; empty: {LOCAL_DELAYS_S}, or {BOUGHT_DELAYS_S} "
        "where work is bought.",
    )

    @property
    def retry_delays_s(self) -> tuple[float, ...]:
        """The rests between deliveries: a provider that turns us away is back in minutes, not in seconds."""
        return self.media_retry_delays_s or (BOUGHT_DELAYS_S if self.bought else LOCAL_DELAYS_S)
