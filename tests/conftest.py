"""Fixtures for all tests, and how they are shared out among the processes that run them."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.fixtures.nats", "tests.fixtures.postgres", "tests.fixtures.s3"]

WHOLE = ("tests/compose", "tests/containers")
"""Folders whose tests share servers that are dear to start: each goes to one worker as a whole, others file by file."""
FIRST = ("tests/compose", "tests/e2e", "tests/containers")
"""The long ones: what is long and begins last keeps all waiting."""


class Shares(LoadScopeScheduling):
    """Gives out files, and some folders as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in WHOLE if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((place for place, folder in enumerate(FIRST) if nodeid.startswith(folder)), len(FIRST))
