"""Fixtures of this folder."""

from tests.telemetry.recording import spans

__all__ = ["spans"]
