"""Settings common to all services, from `TALEWRIGHT_*` environment variables. Each service adds its own class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from shared.config.base import Fault, FromEnvironment
from shared.config.forms import bus_urls, host_and_port, sql_url

BusUrls = Annotated[str, AfterValidator(bus_urls)]
SqlUrl = Annotated[str, AfterValidator(sql_url)]
Endpoint = Annotated[str, AfterValidator(host_and_port)]
SQL_EXAMPLES = ["sqlite:///path/to/file.db", "postgresql+psycopg://user@host:5432/name"]
AutoMigrate = Literal["auto", "always", "never"]


class Settings(FromEnvironment):
    """What every service needs to take part."""

    nats_url: BusUrls = Field(
        "nats://127.0.0.1:4222",
        repr=False,
        examples=["nats://host:4222", "tls://one:4222,tls://two:4222"],
        description="Where the bus is; several, separated by commas.",
    )
    nats_token: SecretStr = Field(SecretStr(""), description="Token for the bus; empty for none.")
    nats_user: str = Field("", description="User of the bus, instead of a token.")
    nats_password: SecretStr = Field(SecretStr(""), description="That user's password.")
    nats_ca_file: str = Field("", description="CA certificate (PEM file) that vouches for a bus at tls://.")
    stream_replicas: int = Field(1, ge=1, le=5, description="Copies of each stream; 3 in production.")
    startup_wait_s: float = Field(
        60.0, ge=0, description="How long a service waits at start for bus, database and bucket before it gives up."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least serious line logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people, or one JSON object each.")
    ops_host: str = Field("127.0.0.1", description="Address of the ops server: metrics, liveness, readiness.")
    ops_port: int = Field(-1, ge=-1, le=65535, description="Its port; -1: no ops server, 0: any free port.")

    def faults(self) -> Iterator[Fault]:
        """See `FromEnvironment`."""
        yield from super().faults()
        user, password = self.nats_user, self.nats_password.get_secret_value()
        if user and self.nats_token.get_secret_value():
            yield Fault("TALEWRIGHT_NATS_USER", "is set beside TALEWRIGHT_NATS_TOKEN", "expected one of the two")
        if bool(user) != bool(password):
            missing, there = ("PASSWORD", "USER") if user else ("USER", "PASSWORD")
            wrong = f"is missing while TALEWRIGHT_NATS_{there} is set"
            yield Fault(f"TALEWRIGHT_NATS_{missing}", wrong, "expected both or none")
        if self.nats_ca_file and not Path(self.nats_ca_file).is_file():
            wrong = f"names no file: {self.nats_ca_file}"
            yield Fault("TALEWRIGHT_NATS_CA_FILE", wrong, "expected a file with CA certificates in PEM form")


class SqlSettings(FromEnvironment):
    """How a service uses its database, where that is not SQLite."""

    sql_pool_size: int = Field(5, ge=1, le=200, description="Connections to the database that are kept open.")
    sql_pool_overflow: int = Field(5, ge=0, le=200, description="More of them under load; closed afterwards.")
    sql_pool_wait_s: float = Field(5.0, gt=0, description="How long to wait for a connection that is free.")
    auto_migrate: AutoMigrate = Field(
        "auto",
        description="Who brings the tables up to date: `always` the service at start; `never`: it waits until "
        "`talewright migrate` has; `auto`: itself with SQLite, else it waits.",
    )


class ReadModelSettings(SqlSettings):
    """Where the read models are. The projector writes them, the gateway reads them."""

    readmodel_url: SqlUrl = Field(
        "sqlite:///.talewright/readmodel.db",
        repr=False,
        examples=SQL_EXAMPLES,
        description="SQLAlchemy URL of the read models.",
    )
    readmodel_password: SecretStr = Field(SecretStr(""), description="The password, if it is not in that URL.")

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, if this is SQLite."""
        prefix = "sqlite:///"
        return Path(self.readmodel_url.removeprefix(prefix)) if self.readmodel_url.startswith(prefix) else None

    def faults(self) -> Iterator[Fault]:
        """See `FromEnvironment`."""
        yield from super().faults()
        yield from lone_file("TALEWRIGHT_READMODEL_URL", self.readmodel_url, getattr(self, "stream_replicas", 1))


class S3Settings(FromEnvironment):
    """Where artifacts are kept: any S3."""

    s3_endpoint: Endpoint = Field(
        "127.0.0.1:9000", examples=["host:9000"], description="Host and port, without a scheme."
    )
    s3_access_key: str = Field("", description="Access key.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key.")
    s3_bucket: str = Field(
        "talewright",
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        examples=["my-bucket"],
        description="Bucket; made at start if it is missing.",
    )
    s3_region: str = Field("us-east-1", description="Region; given so that no call is spent on asking.")
    s3_secure: bool = Field(False, description="Speak https.")
    s3_ca_file: str = Field(
        default="",
        description="CA certificate (PEM file) that vouches for the S3 at https; empty: the public authorities.",
    )
    s3_public_endpoint: Endpoint = Field(
        default="",
        examples=["host:443"],
        description="The same as clients reach it, without a scheme; empty: as we do.",
    )
    s3_public_secure: bool = Field(default=False, description="Clients speak https with it.")

    @property
    def public(self) -> S3Settings:
        """The settings with which a URL for clients is signed: the host is part of what is signed."""
        if not self.s3_public_endpoint:
            return self
        changed = {"s3_endpoint": self.s3_public_endpoint, "s3_secure": self.s3_public_secure}
        return self.model_copy(update=changed)

    def faults(self) -> Iterator[Fault]:
        """See `FromEnvironment`."""
        yield from super().faults()
        secret = self.s3_secret_key.get_secret_value()
        if bool(self.s3_access_key) != bool(secret):
            missing, there = ("SECRET", "ACCESS") if self.s3_access_key else ("ACCESS", "SECRET")
            wrong = f"is missing while TALEWRIGHT_S3_{there}_KEY is set"
            yield Fault(f"TALEWRIGHT_S3_{missing}_KEY", wrong, "expected both or none")
        if self.s3_ca_file and not Path(self.s3_ca_file).is_file():
            wrong = f"names no file: {self.s3_ca_file}"
            yield Fault("TALEWRIGHT_S3_CA_FILE", wrong, "expected a file with CA certificates in PEM form")


def lone_file(variable: str, url: str, stream_replicas: int) -> Iterator[Fault]:
    """Warns of a database in a file where the streams say that this is a cluster."""
    if url.startswith("sqlite") and stream_replicas > 1:
        wrong = f"is SQLite, a file on one machine, while streams have {stream_replicas} copies"
        yield Fault(variable, wrong, "expected postgresql+psycopg://user@host:5432/name in a cluster", grave=False)
