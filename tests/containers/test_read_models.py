"""The projector's side on PostgreSQL's image: the tests of `tests/readmodel`, collected here once more."""

from tests.readmodel.conftest import *  # noqa: F403
from tests.readmodel.test_generations import *  # noqa: F403
from tests.readmodel.test_projecting import *  # noqa: F403
