"""Server-sent events, as the WHATWG standard has them: lines in, events out. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FeedEvent:
    """One event. `id` is empty for what cannot be resumed from, such as progress."""

    id: str
    name: str
    data: dict[str, Any]


class FeedParser:
    """Feed it the lines of a stream, without their ends."""

    def __init__(self) -> None:
        self._id = ""
        self._name = ""
        self._data: list[str] = []

    def line(self, line: str) -> FeedEvent | None:
        """The event that this line completes, if it does."""
        if not line:
            return self._complete()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def _complete(self) -> FeedEvent | None:
        id_, name, text = self._id, self._name, "\n".join(self._data)
        self._id, self._name, self._data = "", "", []
        if not text:
            return None
        try:
            data = json.loads(text)
        except ValueError:
            return None
        return FeedEvent(id_, name or "message", data) if isinstance(data, dict) else None
