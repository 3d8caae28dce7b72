"""Every subject on the bus, in one place."""

from __future__ import annotations

EVENTS_STREAM = "EVENTS"
COMMANDS_STREAM = "COMMANDS"
DEAD_LETTERS_STREAM = "DEADLETTERS"
NUMBERS_STREAM = "NUMBERS"
IDEMPOTENCY_BUCKET = "idempotency"
LEASES_BUCKET = "leases"
RATES_BUCKET = "rates"
PROVIDERS_BUCKET = "providers"
SLOTS_BUCKET = "slots"

EVENTS = "tw.events"
EVENTS_ALL = "tw.events.>"
COMMANDS_ALL = "tw.commands.>"
TASKS_COMMANDS = "tw.commands.tasks"
MEDIA_COMMANDS = "tw.commands.media"
DEAD_LETTERS = "tw.dead"
NUMBERS = "tw.numbers"
PROGRESS = "tw.progress"
"""Unstored: `tw.progress.<owner>.<task>` tells how far a job in hand is."""
PROJECTED = "tw.projected"
"""Unstored: the projector tells the position its views have reached."""
HINTS = "tw.hints"
"""Unstored: `tw.hints.<provider>.<nonce>` tells that a webhook came for a sending."""
AUTH = "tw.auth"
"""Request and reply: `tw.auth.<verb>`."""

SYSTEM_OWNER = "system"
"""Owner of what belongs to no user, such as workflow definitions."""


def event_filter(category: str = "*", owner: str = "*", stream_id: str = "") -> str:
    """A subject filter for events: by category, by owner, by stream or below one."""
    return f"{EVENTS}.{category}.{owner}.{stream_id}.>" if stream_id else f"{EVENTS}.{category}.{owner}.>"


def progress_of(owner: str, task: str) -> str:
    """Where the unstored progress of a task's jobs is told."""
    return f"{PROGRESS}.{owner}.{task}"


def hint_of(provider: str, nonce: str) -> str:
    """Where news about one sending is told."""
    return f"{HINTS}.{provider}.{nonce}"
