"""Text as every database can hold it. Pure."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_IN_ITS_PLACE = "\ufffd"
_ESCAPED_NUL = rb"\u0000"
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")  # not a backslash that is escaped itself, followed by u0000


def storable(text: str) -> str:
    """The text with U+FFFD for what PostgreSQL has no place for: NUL, which JSON can carry (so an event, or a path
    with %00), and halves of surrogate pairs. The same is done to what is stored and to what is looked for."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(_IN_ITS_PLACE, text)


def document(value: Any) -> str:
    """A value as JSON whose strings are all storable: PostgreSQL takes no escaped NUL in them either."""
    data = msgspec.json.encode(value)
    if _ESCAPED_NUL in data:
        data = _NUL.sub(rb"\1\\ufffd", data)
    return data.decode()
