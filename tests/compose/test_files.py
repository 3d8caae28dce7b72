"""What must hold of docker-compose.yml, the Dockerfile and .env.example, read as text."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.compose.project import ONCE, SERVERS
from tests.e2e.stack import ROOT

FILE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_hardened_and_limited(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert not {"privileged", "container_name", "links"} & set(service)
    if name not in ("secrets", *ONCE, "tools"):
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_only_loopback_is_published(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith(("127.0.0.1:", "${TALEWRIGHT_BIND:-127.0.0.1}:"))


def test_what_runs_once_is_waited_for() -> None:
    """`up --wait` fails over a container that ended, unless something that runs depends on its end."""
    waited = {
        other
        for name, service in SERVICES.items()
        if "profiles" not in service
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    assert waited == set(ONCE)


def test_no_secret_is_a_variable() -> None:
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            assert not re.search(r"(PASSWORD|SECRET|TOKEN|_KEY)$", name), name


def test_data_servers_are_behind_internal_networks() -> None:
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert internal == {"bus", "sql", "files"}
    for name in ("nats", "postgres", "auth", "tasks", "media", "databases", "migrate", "tools"):
        assert set(SERVICES[name]["networks"]) <= internal, name


def test_every_variable_is_explained() -> None:
    """In .env.example, or in the table of settings."""
    told = (ROOT / ".env.example").read_text() + (ROOT / "docs/configuration.md").read_text()
    told += (ROOT / "docs/compose.md").read_text()
    assert [name for name in sorted(set(re.findall(r"\$\{([A-Z0-9_]+)", FILE))) if name not in told] == []


def test_defaults_of_the_example_are_those_of_the_file() -> None:
    example = dict(re.findall(r"^# ([A-Z0-9_]+)=([^\s]*)", (ROOT / ".env.example").read_text(), re.MULTILINE))
    compared = 0
    for name, default in re.findall(r"\$\{([A-Z0-9_]+):-([^${}]+)\}", FILE):
        if name in example and name not in ("MEDIA", "TALEWRIGHT_PROVIDER"):
            assert example[name] == default, name
            compared += 1
    assert compared > 12


def test_the_dockerfile_builds_anywhere() -> None:
    """Nothing but the base image and the locked packages is fetched, and no other builder is needed."""
    assert not re.search(r"^# *syntax=|@sha256|<<|--link", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${PYTHON_IMAGE}", "build", "runtime"}
    assert DOCKERFILE.count("--require-hashes") == 5
    assert {name for name in SERVERS if f" AS {name}" in DOCKERFILE} == {"auth", "tasks", "media", "gateway"}
