"""Settings of the auth service, from `TALEWRIGHT_*` environment variables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from services.auth.policy import Brake, Lives
from shared.config.base import Fault
from shared.settings import SQL_EXAMPLES, Settings, SqlSettings, SqlUrl, lone_file


class AuthSettings(Settings, SqlSettings):
    """Where accounts and keys are, how long tokens live, what a password check costs."""

    profile: Literal["production", "embedded"] = Field("production", description="`embedded` seeds demo accounts.")
    accounts_url: SqlUrl = Field(
        "sqlite:///.talewright/accounts.db",
        repr=False,
        examples=SQL_EXAMPLES,
        description="SQLAlchemy URL of the accounts.",
    )
    accounts_password: SecretStr = Field(SecretStr(""), description="The password, if it is not in that URL.")
    auth_keys_dir: Path = Field(Path(".talewright/keys"), description="Folder of the signing keys (PEM, mode 0600).")
    auth_keys_poll_s: float = Field(5, ge=0.1, description="How often the key folder is looked at, at most.")
    auth_key_activation_s: int = Field(
        15, ge=0, description="Age at which a new key signs; until then it is only told."
    )
    access_stories_s: int = Field(900, ge=1, description="Life of an access token of the story tasks API.")
    access_projects_s: int = Field(3600, ge=1, description="The same for the projects API.")
    access_sessions_s: int = Field(1800, ge=1, description="The same for the sessions API.")
    access_videos_s: int = Field(1800, ge=1, description="The same for the videos API.")
    refresh_s: int = Field(604_800, ge=1, description="Life of a refresh token; each refresh starts it anew.")
    argon2_memory_kib: int = Field(19_456, ge=8, description="Memory of one password check.")
    argon2_passes: int = Field(2, ge=1, description="Passes over that memory.")
    argon2_lanes: int = Field(1, ge=1, description="Parallel lanes of one password check.")
    auth_hash_threads: int = Field(4, ge=1, le=64, description="Password checks done at the same time.")
    auth_brake_failures: int = Field(10, ge=1, description="Failed logins with one name before more are refused.")
    auth_brake_window_s: int = Field(300, ge=1, description="The sliding time in which failures are counted.")
    auth_sweep_s: float = Field(600, ge=1, description="How often expired rows are deleted.")

    @property
    def lives(self) -> Lives:
        """How long tokens live, by surface."""
        return Lives(
            stories_s=self.access_stories_s,
            projects_s=self.access_projects_s,
            sessions_s=self.access_sessions_s,
            videos_s=self.access_videos_s,
            refresh_s=self.refresh_s,
        )

    @property
    def brake(self) -> Brake:
        """When further guesses at one name are refused."""
        return Brake(failures=self.auth_brake_failures, window_ms=self.auth_brake_window_s * 1000)

    @property
    def admin_password_file(self) -> Path:
        """Where the embedded profile leaves the administrator's password."""
        return self.auth_keys_dir.parent / "admin-password.txt"

    def faults(self) -> Iterator[Fault]:
        """See `FromEnvironment`."""
        yield from super().faults()
        yield from lone_file("TALEWRIGHT_ACCOUNTS_URL", self.accounts_url, self.stream_replicas)
