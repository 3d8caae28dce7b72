"""Buying a result from a provider that bills: what adapters ask for, and what they get.

An adapter says what it wants in `Purchase`; the till behind `Buyer` reserves, submits, waits, downloads and records,
so that a purchase is made once however often the job is delivered, and its result is found again after a crash.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import msgspec

from shared.contracts.values import Charge


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """One prediction to buy. `step` is unique in its job ("draw", "speak-2", "write", "repair"): the same step bought
    again gives the first result. `charge` is what it costs when it succeeds as expected.

    `model` is `owner/name` of an official model, or `owner/name:<64 hex>` of a community model. Files in `input` are
    `Path`s; they are sent as data URIs. `deadline_s` is how long it may take altogether.
    """

    step: str
    model: str
    input: dict[str, Any]
    charge: Charge
    media_types: tuple[str, ...]
    """What the outputs may be, such as `("image/png",)`, or `("text/plain",)` for a model that writes."""
    deadline_s: float = 600.0


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """The result: files of a model that makes files (fewer than asked for, where some were held back), or its text."""

    files: tuple[Path, ...] = ()
    text: str = ""


class Buyer(Protocol):
    """Buys for one job."""

    async def buy(self, purchase: Purchase) -> Bought:
        """Raises `Rejected` for what will never succeed (refused content, a bad input, over budget), with a message
        for the user that names no vendor, and `Unavailable` for what may succeed later."""
        ...
