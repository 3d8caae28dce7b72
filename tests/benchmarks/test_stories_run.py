"""The benchmarks that make whole stories still run; see `test_they_run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.running import runs

STORIES = ("film", "orchestration", "render")


@pytest.mark.parametrize("name", STORIES)
def test_it_runs(name: str, tmp_path: Path) -> None:
    runs(name, tmp_path)
