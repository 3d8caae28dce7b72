"""Commands, leases and numbers on a server in a container: the tests of `tests/bus`, collected here once more."""

from tests.bus.test_commands import *  # noqa: F403
from tests.bus.test_lease_and_numbers import *  # noqa: F403
