"""What may be a username or a password. Pure."""

from __future__ import annotations

import unicodedata

from shared.errors import Invalid

USERNAME_MAX_CHARS = 150
PASSWORD_MAX_BYTES = 1024

_FORBIDDEN = {"Cc", "Cs", "Co", "Zl", "Zp"}
_BIDI = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
_INVISIBLE = set("\u200b\u2060\ufeff\u00ad")


def username(raw: str) -> str:
    """The name as it is kept and shown: NFKC, so that one look has one spelling. Raises `Invalid`."""
    if len(raw) > 4 * USERNAME_MAX_CHARS:  # normalising may shorten, but never that much
        raise Invalid(f"Username must have 1 to {USERNAME_MAX_CHARS} characters")
    name = unicodedata.normalize("NFKC", raw)
    if not 1 <= len(name) <= USERNAME_MAX_CHARS:
        raise Invalid(f"Username must have 1 to {USERNAME_MAX_CHARS} characters")
    if name != name.strip():
        raise Invalid("Username must not begin or end with a space")
    if any(map(_unseen, name)):
        raise Invalid("Username must not contain control characters")
    return name


def key(name: str) -> str:
    """What makes two names the same: case and compatibility forms do not count. `name` is one `username` returned."""
    return unicodedata.normalize("NFKC", name.casefold())


def password(raw: str) -> str:
    """The password itself if it may be one: 1 to 1024 bytes of UTF-8. Raises `Invalid`, never with the password."""
    try:
        size_bytes = len(raw.encode())
    except UnicodeEncodeError:
        raise Invalid("Password must be valid Unicode") from None  # the cause would quote it
    if not 1 <= size_bytes <= PASSWORD_MAX_BYTES:
        raise Invalid(f"Password must have 1 to {PASSWORD_MAX_BYTES} bytes")
    return raw


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _FORBIDDEN or char in _BIDI or char in _INVISIBLE
