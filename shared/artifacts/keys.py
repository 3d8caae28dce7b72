"""What a key and a key prefix mean, the same for every store. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from shared.errors import Invalid

LONGEST_LIFE_S = 7 * 24 * 3600
"""No S3 signs for longer."""


def folder(prefix: str) -> str:
    """The prefix as a folder with its closing slash, so that what is meant for task 3 never touches task 33.

    The empty prefix stays empty: it is the whole bucket.
    """
    bare = prefix.rstrip("/")
    return f"{bare}/" if bare else ""


def check_life(expires_s: int) -> None:
    """Raises `Invalid` for a life that no signature can have."""
    if not 1 <= expires_s <= LONGEST_LIFE_S:
        raise Invalid(f"A URL lives for 1 to {LONGEST_LIFE_S} seconds.")


def key_in(url: str, roots: Iterable[str]) -> str | None:
    """The key in a URL below one of the roots (`http://host:9000/bucket/`). Query and fragment do not count."""
    try:
        asked = _address(url)
    except ValueError:  # a port that is no number, say
        return None
    for root in map(_address, roots):
        if asked[0] == root[0] and asked[1].startswith(root[1]):
            return unquote(asked[1][len(root[1]) :]) or None
    return None


def _address(url: str) -> tuple[tuple[object, ...], str]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.scheme, parts.hostname, port, parts.username), parts.path
