"""Seeded choices. Built on `random()` alone, whose sequence Python promises to keep between versions."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of choices that depends on nothing but what it was made from."""

    def __init__(self, *parts: str | int) -> None:
        digest = hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).digest()
        self._random = random.Random(digest)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self._random.random() * limit)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; there must be one."""
        return options[self.below(len(options))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different options, in the order in which they stand."""
        left = list(range(len(options)))
        chosen = sorted(left.pop(self.below(len(left))) for _ in range(min(count, len(left))))
        return [options[index] for index in chosen]
