"""Fixtures for all tests, and how they are shared out among the processes that run them."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.fixtures.nats", "tests.fixtures.postgres", "tests.fixtures.s3"]

WHOLE = ("tests/compose", "tests/containers")
"""Folders whose tests share servers that are dear to start: each goes to one worker as a whole, others file by file."""
FIRST = ("tests/compose", "tests/e2e", "tests/containers")
"""The long ones: what is long and begins last keeps all waiting."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        file = item.nodeid.partition("::")[0]
        whole = next((folder for folder in WHOLE if file.startswith(folder)), file)
        item.add_marker(pytest.mark.xdist_group(whole))
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((place for place, folder in enumerate(FIRST) if nodeid.startswith(folder)), len(FIRST))
