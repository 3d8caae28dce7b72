"""Settings common to all services, from `TALEWRIGHT_*` environment variables. Each service adds its own class."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every service needs to take part."""

    model_config = SettingsConfigDict(env_prefix="TALEWRIGHT_", extra="ignore")

    nats_url: str = Field("nats://127.0.0.1:4222", description="Where the bus is; several, separated by commas.")
    nats_token: str = Field("", description="Token for the bus; empty for none.")
    stream_replicas: int = Field(1, ge=1, le=5, description="Copies of each stream; 3 in production.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="The least serious line logged.")


class ReadModelSettings(BaseSettings):
    """Where the read models are. The projector writes them, the gateway reads them."""

    model_config = SettingsConfigDict(env_prefix="TALEWRIGHT_", extra="ignore")

    readmodel_url: str = Field("sqlite:///.talewright/readmodel.db", description="SQLAlchemy URL of the read models.")

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, if this is SQLite."""
        prefix = "sqlite:///"
        return Path(self.readmodel_url.removeprefix(prefix)) if self.readmodel_url.startswith(prefix) else None


class S3Settings(BaseSettings):
    """Where artifacts are kept: any S3."""

    model_config = SettingsConfigDict(env_prefix="TALEWRIGHT_", extra="ignore")

    s3_endpoint: str = Field("127.0.0.1:9000", description="Host and port, without a scheme.")
    s3_access_key: str = Field("", description="Access key.")
    s3_secret_key: str = Field("", description="Secret key.")
    s3_bucket: str = Field("talewright", description="Bucket; made at start if it is missing.")
    s3_region: str = Field("us-east-1", description="Region; given so that no call is spent on asking.")
    s3_secure: bool = Field(False, description="Speak https.")
    s3_public_endpoint: str = Field(default="", description="The same S3 as clients reach it; empty: as we do.")
    s3_public_secure: bool = Field(default=False, description="Clients speak https with it.")

    @property
    def public(self) -> S3Settings:
        """The settings with which a URL for clients is signed: the host is part of what is signed."""
        if not self.s3_public_endpoint:
            return self
        changed = {"s3_endpoint": self.s3_public_endpoint, "s3_secure": self.s3_public_secure}
        return self.model_copy(update=changed)
