"""What the gateway needs from outside. Adapters stand in `adapters/`; only `bootstrap.py` picks them.

The event store and the bucket are `shared.eventstore.port.EventStore` and `shared.artifacts.port.ArtifactStore`.
"""

from __future__ import annotations

from typing import Protocol

from services.gateway.limits import Verdict
from services.gateway.views import (
    ArtifactView,
    BudgetView,
    ChargeView,
    Checkpoint,
    Progress,
    ProjectView,
    TaskView,
    UsageView,
    WorkflowView,
)
from shared.contracts.accounts import Account, Tokens
from shared.contracts.commands import Reply, TasksCommand
from shared.contracts.providers import Circuit, Hint


class Principal(Protocol):
    """Who asks, as a verified access token says."""

    @property
    def user_id(self) -> int:
        """The account's number."""
        ...

    @property
    def username(self) -> str:
        """The account's name."""
        ...

    @property
    def admin(self) -> bool:
        """Whether the account may change what all users share."""
        ...


class TokenVerifier(Protocol):
    """Checks access tokens; a token is verified once and remembered until it expires."""

    async def verify(self, token: str) -> Principal:
        """Raises `Unauthenticated` for a token that does not count, `Unavailable` if nobody can tell."""
        ...


class Accounts(Protocol):
    """The auth service. Everything raises `Unavailable` when it does not answer."""

    async def register(self, username: str, password: str, admin: bool = False) -> Account:
        """Raises `Invalid` if the name is taken or out of range."""
        ...

    async def login(self, username: str, password: str, surface: str) -> Tokens:
        """Raises `Unauthenticated`."""
        ...

    async def refresh(self, token: str, surface: str) -> Tokens:
        """Spends a refresh token. Raises `Unauthenticated`."""
        ...

    async def account(self, account_id: int) -> Account:
        """The account behind a verified token. Raises `NotFound`."""
        ...

    async def reissue(self, token: str, surface: str) -> Tokens:
        """A new access token for one that is still valid; no refresh token. Raises `Unauthenticated`."""
        ...

    async def exchange(self, username: str, surface: str) -> Tokens:
        """A token for a user whom the caller vouches for. Raises `Unauthenticated`."""
        ...

    async def logout(self, token: str) -> None:
        """Revokes a refresh token's family."""
        ...


class Commands(Protocol):
    """The tasks service."""

    async def ask(self, command: TasksCommand, command_id: str) -> Reply:
        """The answer, sent after the event is on disk. Raises what the rules say (`Rejected`), or `Unavailable`."""
        ...


class Numbers(Protocol):
    """Small unique integers."""

    async def next(self, series: str) -> int:
        """A number nobody else gets."""
        ...


class Views(Protocol):
    """The read models. Rows of tasks that are deleted and purged do not exist here.

    Everything raises `Unavailable` while there are no views to read.
    """

    async def progress(self, owner: str, task: str) -> Progress | None:
        """How far a task is."""
        ...

    async def task(self, owner: str, task: str) -> TaskView | None:
        """Everything known about a task."""
        ...

    async def task_ids(self, owner: str, surface: str, limit: int, before: str = "") -> list[str]:
        """Ids of tasks that are not deleted, newest first; `before` continues after that task."""
        ...

    async def artifacts(self, owner: str, task: str) -> list[ArtifactView]:
        """A task's public files."""
        ...

    async def tasks(self, owner: str, surface: str, limit: int, offset: int = 0) -> list[TaskView]:
        """Tasks that are not deleted, newest first."""
        ...

    async def find_task(self, task: str) -> TaskView | None:
        """A task by its id alone, whoever owns it: for ids that are a capability."""
        ...

    async def charges(self, owner: str, task: str) -> list[ChargeView]:
        """What a task's jobs cost, in the order in which they were done."""
        ...

    async def project(self, owner: str, name: str) -> ProjectView | None:
        """A project that is not deleted."""
        ...

    async def project_names(self, owner: str, limit: int = 1_000, offset: int = 0) -> list[str]:
        """Names of projects that are not deleted, newest first."""
        ...

    async def project_count(self, owner: str = "") -> int:
        """How many projects there are that are not deleted; without an owner, everybody's."""
        ...

    async def active_project(self, owner: str) -> ProjectView | None:
        """The open project that was opened last."""
        ...

    async def usage(self, owner: str) -> UsageView | None:
        """A user's requests, added up."""
        ...

    async def budget(self, owner: str, month: str) -> BudgetView | None:
        """What a user has reserved and spent in a month such as 2026-11."""
        ...

    async def stored_bytes(self) -> int:
        """The size of all files of all tasks and projects."""
        ...

    async def workflows(self) -> list[WorkflowView]:
        """The workflows that are defined, by name."""
        ...

    async def checkpoint(self) -> Checkpoint:
        """How far the views have come."""
        ...


class IdempotencyStore(Protocol):
    """Keeps small records for a day, with a revision for compare-and-set."""

    async def create(self, key: str, value: bytes) -> int | None:
        """The revision, or None if the key is there."""
        ...

    async def get(self, key: str) -> tuple[bytes, int] | None:
        """Value and revision."""
        ...

    async def replace(self, key: str, value: bytes, revision: int) -> int | None:
        """The new revision, or None if somebody else was faster."""
        ...

    async def remove(self, key: str) -> None:
        """Forgets a key."""
        ...


class RateWindows(Protocol):
    """Counts requests in a sliding window."""

    async def take(self, who: str) -> Verdict:
        """Counts one request of somebody, if it is allowed."""
        ...


class BusProbe(Protocol):
    """What health wants to know of the bus."""

    async def last_position(self) -> int:
        """The newest position of EVENTS. Raises `Unavailable`."""
        ...

    async def orchestrator_ready(self) -> bool:
        """Whether a tasks service takes commands."""
        ...

    async def auth_ready(self) -> bool:
        """Whether the auth service answers."""
        ...


class ProviderStates(Protocol):
    """What the media workers know of the providers that bill."""

    async def circuits(self) -> dict[str, Circuit]:
        """By provider; empty where nothing is bought. Raises `Unavailable`."""
        ...


class Hints(Protocol):
    """Tells media workers what webhooks say."""

    async def tell(self, provider: str, nonce: str, hint: Hint) -> None:
        """Reaches whoever waits for this sending now, if anybody does. Raises `Unavailable`."""
        ...


class NoProviders:
    """Implements `ProviderStates` and `Hints` where everything is made on this machine."""

    async def circuits(self) -> dict[str, Circuit]:
        """None."""
        return {}

    async def tell(self, provider: str, nonce: str, hint: Hint) -> None:
        """Nobody waits."""
