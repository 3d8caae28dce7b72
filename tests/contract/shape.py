"""What a documented example promises of an answer: its names and the JSON types of its values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Example:
    """One documented request with its documented answer.

    `given` is what was done before (a name in `states.py`); `{names}` in the path, in `query` and in `fill` stand for
    what was made then. `body`, `form` and `answer` are as the document prints them; `fill` puts ids where it prints a
    placeholder. The answer may have `more` names than the document, null at `nullable` places, any names at `open`
    ones, and must have the documented value at `same` ones. Places are dotted, `[]` is every element of a list.
    """

    name: str
    method: str
    path: str
    answer: str
    status: int = 200
    given: str = "nothing"
    as_user: bool = True
    body: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    upload: tuple[str, bytes, str] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    fill: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    media: Literal["done", "failed", "rest"] | None = None
    more: frozenset[str] = frozenset()
    nullable: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name

    def faults(self, got: Any) -> list[str]:
        """How an answer differs from the documented one."""
        return list(self._faults(json.loads(self.answer), got, ""))

    def _faults(self, told: Any, got: Any, place: str) -> list[str]:
        if got is None and (told is None or place in self.nullable):
            return []
        if place in self.same and got != told:
            return [f"{place}: {got!r} instead of {told!r}"]
        if told is None and place in self.nullable:
            return []
        if kind(told) != kind(got):
            return [f"{place}: {kind(got)} instead of {kind(told)}"]
        if isinstance(told, dict):
            return self._object_faults(told, got, place)
        if isinstance(told, list) and told:
            if not got:
                return [f"{place}: empty"]
            samples = [*told, *[told[-1]] * len(got)]  # the last one stands for all that follow
            return [
                fault
                for one, sample in zip(got, samples, strict=False)
                for fault in self._faults(sample, one, f"{place}[]")
            ]
        return []

    def _object_faults(self, told: dict[str, Any], got: dict[str, Any], place: str) -> list[str]:
        if place in self.open:
            sample = next(iter(told.values()))
            return [fault for name, one in got.items() for fault in self._faults(sample, one, f"{place}.{name}")]
        below = {name: f"{place}.{name}".lstrip(".") for name in {*told, *got}}
        faults = [f"{below[name]}: missing" for name in told if name not in got]
        faults += [
            f"{below[name]}: not documented" for name in got.keys() - told.keys() if below[name] not in self.more
        ]
        shared = [name for name in told if name in got]
        return faults + [fault for name in shared for fault in self._faults(told[name], got[name], below[name])]


def kind(value: Any) -> str:
    """A JSON value's type. The documents write a number's type as the word "number"."""
    if value == "number" or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return "number"
    return type(value).__name__


@dataclass(frozen=True)
class Refusal:
    """A documented error: the request that provokes it, and its status and body as the document has them.

    `detail` is the sentence of `{"detail": …}`, or where the surface is the projects' one the error's code.
    """

    name: str
    method: str
    path: str
    status: int
    detail: str
    given: str = "nothing"
    token: str | None = None
    body: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    fill: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    media: Literal["done", "failed", "rest"] | None = None
    again: bool = False

    def __str__(self) -> str:
        return self.name
