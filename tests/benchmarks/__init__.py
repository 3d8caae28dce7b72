import pytest

pytest.register_assert_rewrite("tests.benchmarks.running")  # so that it says what differs
