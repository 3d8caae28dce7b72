"""promtool and prometheus, of Debian's package `prometheus`."""

from __future__ import annotations

import os
import shutil

import pytest


def _found(program: str) -> str:
    path = shutil.which(program)
    if path:
        return path
    why = f"{program} is not installed (Debian: apt-get install prometheus)"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def promtool() -> str:
    return _found("promtool")


@pytest.fixture(scope="session")
def prometheus() -> str:
    return _found("prometheus")
