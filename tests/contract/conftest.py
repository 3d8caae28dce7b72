"""The fixtures of the gateway's tests: a small world in memory."""

from tests.gateway.conftest import world

__all__ = ["world"]
