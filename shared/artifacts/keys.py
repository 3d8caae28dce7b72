"""What a key prefix means, the same for every store."""

from __future__ import annotations


def folder(prefix: str) -> str:
    """The prefix as a folder with its closing slash, so that what is meant for task 3 never touches task 33.

    The empty prefix stays empty: it is the whole bucket.
    """
    bare = prefix.rstrip("/")
    return f"{bare}/" if bare else ""
