"""What is sent for a purchase, and by what it is known again. Pure, but for the files that go along."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from pathlib import Path
from typing import Any

import msgspec

from shared.errors import Invalid

FILE_LIMIT_BYTES = 8_000_000


def encoded(given: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The input as it travels: files as data URIs, and a `seed` of None as one that no other sending has.

    Raises `Invalid` for a file that is too large to go along.
    """
    sent = {name: _encoded(value) for name, value in given.items()}
    if sent.get("seed", 0) is None:
        sent["seed"] = int.from_bytes(hashlib.sha256(nonce.encode()).digest()[:4], "big") >> 1
    return sent


def _encoded(value: Any) -> Any:
    match value:
        case Path():
            return _data_uri(value)
        case list() | tuple():
            return [_encoded(one) for one in value]
        case dict():
            return {name: _encoded(one) for name, one in value.items()}
        case _:
            return value


def _data_uri(file: Path) -> str:
    if file.stat().st_size > FILE_LIMIT_BYTES:
        raise Invalid(f"A file of more than {FILE_LIMIT_BYTES} bytes cannot be sent along.")
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{media_type};base64,{base64.b64encode(file.read_bytes()).decode()}"


def fingerprint(sent: dict[str, Any]) -> str:
    """The SHA-256 of an input, the same for every order of its fields."""
    return hashlib.sha256(msgspec.json.encode(sent, order="sorted")).hexdigest()


def is_same(theirs: dict[str, Any], ours: dict[str, Any] | None, sha256: str) -> bool:
    """Whether the provider lists this very input. With `ours` at hand it may have put its defaults in, and URLs of
    its own in place of our files."""
    if fingerprint(theirs) == sha256:
        return True
    return bool(ours) and all(_is_same(theirs.get(name), value) for name, value in (ours or {}).items())


def _is_same(theirs: Any, ours: Any) -> bool:
    if isinstance(ours, str) and ours.startswith("data:"):
        return isinstance(theirs, str) and (theirs == ours or theirs.startswith("https://"))
    if isinstance(ours, list):
        return isinstance(theirs, list) and len(theirs) == len(ours) and all(map(_is_same, theirs, ours))
    return bool(theirs == ours)
