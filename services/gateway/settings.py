"""Settings of the gateway, from `TALEWRIGHT_*` environment variables."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from services.gateway.webhooks_signature import keys_of
from shared.config.base import Fault, Faulty
from shared.pricing.settings import BudgetSettings
from shared.settings import ReadModelSettings, S3Settings, Settings


class GatewaySettings(BudgetSettings):
    """How the HTTP surface behaves. Durations are in seconds, sizes in bytes."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    shutdown_wait_s: float = Field(default=10.0, ge=0, description="How long requests in hand may take at the end.")
    forwarded_allow_ips: str = Field(default="127.0.0.1", description="Proxies whose X-Forwarded-* headers count.")
    cors_origins: tuple[str, ...] = Field(default=(), description="Origins whose browsers may call, as a JSON list.")
    websocket_origins: tuple[str, ...] = Field(default=(), description="Who may open WebSockets; empty: all.")
    cookie_secure: Literal["auto", "always", "never"] = Field(default="auto", description="Secure; auto: on https.")

    body_limit_bytes: int = Field(default=1_000_000, ge=1_000, description="The largest request body.")
    execute_wait_s: float = Field(default=4.0, ge=0, le=60, description="How long execute waits for the result.")
    execute_status: Literal[200, 202] = Field(default=200, description="Status of an accepted execute.")
    view_wait_s: float = Field(default=2.0, ge=0, description="How long to wait until the views show one's own write.")
    purge_wait_s: float = Field(default=5.0, ge=0, description="How long delete waits until the files are gone.")
    command_timeout_s: float = Field(default=5.0, gt=0, description="How long a command's answer may take.")

    feed_queue: int = Field(default=1_000, ge=10, description="Commits that may wait for one slow subscriber.")
    feed_send_s: float = Field(default=30.0, gt=0, description="A subscriber that takes nothing for this long is cut.")
    heartbeat_s: float = Field(default=15.0, gt=0, description="Silence after which a stream sends a heartbeat.")

    idempotency_s: int = Field(default=86_400, ge=60, description="How long answers are kept for a repeated request.")
    idempotency_lease_s: float = Field(
        default=15.0, gt=0, description="How long a killed gateway blocks its requests' Idempotency-Keys."
    )
    slow_request_s: float = Field(default=1.0, gt=0, description="Reads that take longer are logged.")
    health_cache_s: float = Field(default=1.0, ge=0, description="How long a health answer is reused.")
    metrics_public: bool = Field(default=True, description="Serve /metrics on this port too, not only on the ops port.")
    health_lag: int = Field(default=5_000, ge=0, description="Events the views may lag behind and still be healthy.")

    file_url_s: int = Field(default=3600, ge=1, le=604_800, description="How long a file's signed URL is good for.")

    # Sessions
    generate_wait_s: float = Field(default=120.0, ge=0, le=150, description="How long generating holds its answer.")
    upload_limit_bytes: int = Field(default=50_000_000, ge=1_000, description="The largest uploaded or fetched file.")
    audio_hosts: tuple[str, ...] = Field(default=(), description="Hosts that audio_url may name, as a JSON list.")
    audio_fetch_s: float = Field(default=60.0, gt=0, description="How long fetching a sound may take.")
    clips_total_s: float = Field(default=100.0, ge=1, description="The longest sum of the clips of one request.")
    exchange_mode: Literal["secret", "off", "open"] = Field(
        default="secret", description="Who may exchange an email for a token: who knows the secret, nobody, anybody."
    )
    exchange_secret: SecretStr = Field(
        default=SecretStr(""), description="The frontend's X-Exchange-Secret; empty: nobody knows it."
    )

    # Projects
    rate_limit: int = Field(default=100, ge=1, description="Requests to the projects API in a window, per user.")
    rate_window_s: int = Field(default=60, ge=1, le=3600, description="The sliding window of that limit.")
    rate_store: Literal["memory", "nats"] = Field(default="memory", description="`nats`: one count for all gateways.")
    storage_limit_bytes: int = Field(default=50 * 2**30, ge=1, description="What one user may keep.")
    storage_file_limit: int = Field(default=248, ge=1, description="Files of projects that one user may keep.")
    usage_every_s: float = Field(default=1.0, gt=0, description="How often usage notes are sent on.")
    preview_ttl_s: int = Field(default=86_400, ge=1, description="How long a preview can be finalized.")

    # Webhooks
    replicate_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="The provider's whsec_…; empty: no webhooks; two, with a comma, while it is replaced.",
    )
    webhook_limit_bytes: int = Field(default=4_000_000, ge=1_000, description="The largest body of a webhook.")

    @property
    def webhook_keys(self) -> tuple[bytes, ...]:
        """The keys that webhooks may be signed with; none: webhooks are not set up."""
        return keys_of(self.replicate_webhook_secret.get_secret_value())

    @field_validator("replicate_webhook_secret")
    @classmethod
    def _are_secrets(cls, secrets: SecretStr) -> SecretStr:
        keys_of(secrets.get_secret_value())
        return secrets

    @model_validator(mode="after")
    def _open_doors_only_at_home(self) -> Self:
        if self.exchange_mode == "open" and not _is_loopback(self.host):
            wrong = "lets anyone take any account (exchange_mode=open)"
            raise Faulty(
                Fault("TALEWRIGHT_EXCHANGE_MODE", wrong, "it needs TALEWRIGHT_HOST=127.0.0.1, or another mode")
            )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class GatewayEnvironment(Settings, ReadModelSettings, S3Settings, GatewaySettings):
    """All that a gateway reads."""
