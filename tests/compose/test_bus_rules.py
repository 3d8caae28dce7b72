"""Each user of the bus may do what its service does, and nothing else; tried on the running server."""

from __future__ import annotations

import json

import pytest

from tests.compose.project import Project

EVENTS = {
    "gateway": (),
    "auth": ("account",),
    "tasks": ("task", "project", "workflow", "budget", "usage"),
    "media": ("job",),
    "tools": (),
}
"""Who writes which category of events."""
CATEGORIES = [category for owned in EVENTS.values() for category in owned]
DESTRUCTIVE = [
    "$JS.API.STREAM.DELETE.EVENTS", "$JS.API.STREAM.PURGE.EVENTS", "$JS.API.STREAM.MSG.DELETE.EVENTS",
    "$JS.API.STREAM.DELETE.COMMANDS", "$JS.API.STREAM.PURGE.DEADLETTERS", "$JS.API.CONSUMER.DELETE.COMMANDS.media",
]  # fmt: skip
UPDATE = "$JS.API.STREAM.UPDATE.EVENTS"
FORBIDDEN = {
    "gateway": ["tw.commands.media.x", "tw.dead.tasks", "tw.projected", "$KV.leases.process", UPDATE],
    "auth": ["tw.commands.tasks.x", "tw.commands.media.x", "$KV.leases.process", UPDATE],
    "tasks": ["tw.auth.login", "$KV.idempotency.x", "$JS.API.CONSUMER.MSG.NEXT.COMMANDS.media"],
    "media": ["tw.commands.tasks.x", "tw.commands.media.x", "$KV.leases.x", "_INBOX.gateway.x", UPDATE],
}
UNHEARD = {
    "gateway": ["tw.commands.>", "tw.auth.>", "_INBOX.auth.>", "_INBOX.>", ">"],
    "auth": ["tw.commands.>", "tw.events.>", "_INBOX.gateway.>"],
    "tasks": ["tw.auth.>", "tw.events.account.>", "_INBOX.gateway.>"],
    "media": ["tw.auth.>", "tw.events.>", "_INBOX.gateway.>", "_INBOX.tasks.>"],
    "tools": ["_INBOX.gateway.>", "_INBOX.auth.>"],
}
"""Whose questions and answers nobody else may listen to."""


@pytest.mark.parametrize("user", EVENTS)
def test_only_its_own_events(project: Project, user: str) -> None:
    subjects = {category: f"tw.events.{category}.nobody.nothing.1" for category in CATEGORIES}
    found = project.inside("rules.py", user, json.dumps([*subjects.values()]), "[]")
    verdicts = {category: found[f"pub {subject}"] for category, subject in subjects.items()}
    assert verdicts == {name: "allowed" if name in EVENTS[user] else "refused" for name in CATEGORIES}


@pytest.mark.parametrize("user", FORBIDDEN)
def test_nothing_destructive_and_nobody_elses(project: Project, user: str) -> None:
    subjects = DESTRUCTIVE + FORBIDDEN[user]
    found = project.inside("rules.py", user, json.dumps(subjects), json.dumps(UNHEARD[user]))
    assert set(found.values()) == {"refused"}, found
    assert len(found) == len(subjects) + len(UNHEARD[user])


def test_the_tools_hear_no_answers_that_are_for_others(project: Project) -> None:
    found = project.inside("rules.py", "tools", "[]", json.dumps(UNHEARD["tools"]))
    assert set(found.values()) == {"refused"}, found


@pytest.mark.parametrize(("user", "password"), [("gateway", "wrong"), ("nobody", "wrong"), ("", "")])
def test_wrong_passwords_are_refused(project: Project, user: str, password: str) -> None:
    said = project.inside("rules.py", "tools", "login", user, password)
    assert said.startswith("refused"), said
    assert "authorization violation" in said.lower()


def test_no_service_was_refused_anything_it_does(project: Project) -> None:
    """The rules fit: the server logged no violation of a service that went about its work."""
    ours = ("python3:gateway", "python3:auth", "python3:tasks", "python3:media")
    violations = [
        line
        for line in project.compose("logs", "--no-color", "nats").splitlines()
        if "violation" in line.lower() and any(name in line for name in ours)
    ]
    assert not violations, violations[:5]
