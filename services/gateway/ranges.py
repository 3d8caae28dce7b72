"""HTTP ranges and validators of one file. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class Unsatisfiable(Exception):
    """The range lies outside the file."""


def parse_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """First byte and length of a single range; None where the whole file is to be sent (RFC 9110, section 14).

    Several ranges at once may be answered by the whole file, and so they are. Raises `Unsatisfiable`.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size_bytes)
        start = size_bytes - length
    else:
        start = int(found[1])
        end = min(int(found[2]), size_bytes - 1) if found[2] else size_bytes - 1
        if found[2] and int(found[2]) < start:
            return None  # not a range at all
        length = end - start + 1
    if length <= 0 or start >= size_bytes:
        raise Unsatisfiable
    return start, length


def etag_matches(header: str, etag: str) -> bool:
    """Whether `If-None-Match` names this entity tag (weak comparison)."""
    tags = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in tags or etag in tags


def disposition(name: str) -> str:
    """`Content-Disposition` for a download under the last part of a name."""
    last = name.rpartition("/")[2]
    return f"attachment; filename=\"{_UNSAFE.sub('_', last)}\"; filename*=UTF-8''{quote(last, safe='')}"
