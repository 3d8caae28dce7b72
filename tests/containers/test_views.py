"""The gateway's views on PostgreSQL's image: the tests of `tests/gateway/views`, collected here once more."""

from tests.gateway.views.conftest import *  # noqa: F403
from tests.gateway.views.test_views import *  # noqa: F403
