"""One installation for the whole folder; it is taken down, with its volumes, whatever happens."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose.project import Project, need_docker
from tests.e2e.stack import Api

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and "project" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.containers)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="package")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Built and started, healthy."""
    need_docker()
    given = tmp_path_factory.mktemp("given")
    (given / "exchange_secret.txt").write_text("given-by-hand-7d1\n")
    project = Project(f"tw-test-{secrets.token_hex(4)}", given)
    try:
        project.compose("build", seconds=900)
        project.up()
        yield project
    finally:
        project.down("--volumes")


@pytest.fixture
def user(project: Project) -> Api:
    """A new user of the installation."""
    return project.user(f"user-{secrets.token_hex(4)}")
