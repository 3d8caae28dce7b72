"""One running stack for all tests that do not break it."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import RunningStack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("stack") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack on which the documents' programs run as printed: any email may be exchanged for a token, as their client
    does; and the rate limit's window is short, since one of them fills it and waits."""
    data = tmp_path_factory.mktemp("printed") / "data"
    with running_stack(data, TALEWRIGHT_EXCHANGE_MODE="open", TALEWRIGHT_RATE_WINDOW_S="8") as running:
        yield running
