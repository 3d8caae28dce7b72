"""Every benchmark still runs to its end on today's code and measures what it says. How fast, nobody asks here.

Those that make stories are in a file of their own, so that two processes can share them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, WITH_POSTGRES
from tests.benchmarks.running import ROWS, runs
from tests.benchmarks.test_stories_run import STORIES


def test_all_are_tried() -> None:
    assert set(ROWS) == set(BENCHMARKS) > set(STORIES)


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name not in STORIES])
def test_it_runs(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    options = [f"--postgres={request.getfixturevalue('postgres_url')}"] if name in WITH_POSTGRES else []
    runs(name, tmp_path, *options)
