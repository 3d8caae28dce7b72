"""One running stack for all tests that do not break it. It ends with them, since an idle one costs the others time."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import RunningStack, running_stack


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The documents' programs run on it as printed: any email may be exchanged for a token, as their client does, and
    the rate limit's window is short, since one of them fills it and waits."""
    data = tmp_path_factory.mktemp("stack") / "data"
    with running_stack(data, TALEWRIGHT_EXCHANGE_MODE="open", TALEWRIGHT_RATE_WINDOW_S="8") as running:
        yield running
