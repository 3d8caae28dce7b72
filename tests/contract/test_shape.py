"""The comparison itself: what it lets pass and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.shape import Example

TOLD = '{"id": 1, "name": "x", "share": "number", "list": [{"url": "https://..."}], "none": null, "free": {"a": 1}}'
EXAMPLE = Example(
    "example", "GET", "/", TOLD, more=frozenset({"more"}), nullable=frozenset({"name"}), open=frozenset({"free"}),
    same=frozenset({"id"}),
)  # fmt: skip
GOOD: dict[str, Any] = {
    "id": 1, "name": "y", "share": 0.5, "list": [{"url": "a"}, {"url": "b"}], "none": None, "free": {"z": 3},
}  # fmt: skip


@pytest.mark.parametrize("change", [{}, {"more": 1}, {"name": None}, {"free": {}}, {"share": 1}])
def test_what_fits_has_no_faults(change: dict[str, Any]) -> None:
    assert EXAMPLE.faults({**GOOD, **change}) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": 2}, "id: 2 instead of 1"),
        ({"name": 1}, "name: number instead of str"),
        ({"share": True}, "share: bool instead of number"),
        ({"share": None}, "share: NoneType instead of number"),
        ({"list": []}, "list: empty"),
        ({"list": [{"url": "a"}, {"uri": "b"}]}, "list[].url: missing"),
        ({"none": "x"}, "none: str instead of NoneType"),
        ({"other": 1}, "other: not documented"),
        ({"free": {"z": "3"}}, "free.z: str instead of number"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], fault: str) -> None:
    assert fault in EXAMPLE.faults({**GOOD, **change})


def test_the_second_element_is_held_against_the_second() -> None:
    example = Example("two", "GET", "/", '[{"a": 1}, {"b": 1}]')
    assert example.faults([{"a": 5}, {"b": 5}, {"b": 5}]) == []
    assert example.faults([{"a": 5}, {"a": 5}])
