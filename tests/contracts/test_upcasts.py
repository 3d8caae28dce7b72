"""Old shapes become the newest, step by step, at the edge where they are read."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts import registry
from shared.contracts.events import SegmentFailed
from shared.contracts.upcasts import UPCASTS
from shared.errors import Undecodable

_NAME = "task.segment-failed"


@pytest.fixture
def third_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the event had changed twice: `step` became `segment`, then `reason` was added."""

    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {("segment" if key == "step" else key): value for key, value in data.items()}

    def with_reason(data: dict[str, Any]) -> dict[str, Any]:
        return {"reason": "unknown", **data}

    monkeypatch.setitem(registry.SCHEMA_VERSIONS, _NAME, 3)
    monkeypatch.setitem(UPCASTS, (_NAME, 1), renamed)
    monkeypatch.setitem(UPCASTS, (_NAME, 2), with_reason)


@pytest.mark.usefixtures("third_schema")
@pytest.mark.parametrize(
    ("schema", "body", "reason"),
    [
        (1, b'{"step":4,"run":2,"attempt":1}', "unknown"),
        (2, b'{"segment":4,"run":2,"attempt":1}', "unknown"),
        (3, b'{"segment":4,"run":2,"attempt":1,"reason":"rain"}', "rain"),
    ],
)
def test_every_old_shape_becomes_the_newest(schema: int, body: bytes, reason: str):
    assert registry.decode(_NAME, schema, body) == SegmentFailed(segment=4, run=2, attempt=1, reason=reason)


@pytest.mark.usefixtures("third_schema")
@pytest.mark.parametrize("schema", [0, -1, 4, 99])
def test_a_schema_nobody_knows_is_undecodable(schema: int):
    with pytest.raises(Undecodable, match=_NAME):
        registry.decode(_NAME, schema, b'{"segment":4,"run":2,"attempt":1,"reason":"rain"}')


@pytest.mark.usefixtures("third_schema")
@pytest.mark.parametrize("body", [b"{", b'{"step":"four","run":2,"attempt":1}'])
def test_an_old_body_of_another_shape_is_undecodable(body: bytes):
    with pytest.raises(Undecodable):
        registry.decode(_NAME, 1, body)


def test_a_type_nobody_knows_is_undecodable():
    with pytest.raises(Undecodable, match=r"task\.exploded"):
        registry.decode("task.exploded", 1, b"{}")


def test_every_older_schema_has_an_upcast():
    wanted = {(name, n) for name, last in registry.SCHEMA_VERSIONS.items() for n in range(1, last)}
    assert set(UPCASTS) == wanted
