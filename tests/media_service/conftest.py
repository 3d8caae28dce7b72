"""What all tests of the media service share."""

from __future__ import annotations

import pytest

from services.media.adapters import nats_cell, nats_slots

_PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine the bus may need longer than the second after which a worker goes on alone, as it should.

    Tests that take the bus away set their own patience.
    """
    monkeypatch.setattr(nats_cell, "PATIENCE_S", _PATIENCE_S)
    monkeypatch.setattr(nats_slots, "PATIENCE_S", _PATIENCE_S)
