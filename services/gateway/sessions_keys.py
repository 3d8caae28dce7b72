"""Keys of a user's files: whose they are, which of a session's files a URL means, and names for new ones. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from shared.errors import Forbidden, Invalid, NotFound

FOLDERS = ("input", "output")
LOST = "File not found"
FOREIGN = "This file belongs to somebody else"
_LONGEST_STEM_CHARS = 80
_UNWANTED = re.compile(r"[^\w.-]+")
_OUTPUT = re.compile(r"users/[^/]+/output/[^/]+/([^/]+)/.+")


def folder_of(owner: str, folder: str) -> str:
    """Where a user's files of one folder are, without a closing slash."""
    return f"users/{owner}/{folder}"


def own_key(owner: str, key: str) -> str:
    """The key, if it can be one of the user's own files. Raises `Forbidden` for other users', `NotFound` for none."""
    parts = key.split("/")
    if parts[:2] != ["users", owner]:
        raise Forbidden(FOREIGN)
    if len(parts) < 4 or parts[2] not in FOLDERS or not all(map(_is_name, parts)):
        raise NotFound(LOST)
    return key


def _is_name(part: str) -> bool:
    return part not in ("", ".", "..") and "\\" not in part and not any(map(_unseen, part))


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs")


def task_in(key: str) -> str:
    """The task that an output file's key names; "" for other keys."""
    found = _OUTPUT.fullmatch(key)
    return found[1] if found else ""


def chosen(urls: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The keys that URLs mean, in their order and each once; only known keys can be meant.

    Signatures, hosts and the way of escaping do not count: they differ from answer to answer, and a proxy may have
    changed them. Raises `Invalid` for a URL that means none.
    """
    keys = set(known)
    found = dict.fromkeys(_meant(url, keys) for url in urls)
    if None in found:
        raise Invalid("An approved URL does not belong to this session")
    return tuple(key for key in found if key is not None)


def _meant(url: str, keys: set[str]) -> str | None:
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    start = path.find("users/")
    key = path[start:] if start == 0 or path[start - 1 : start] == "/" else ""
    return key if key in keys else None


def file_name(original: str, extension: str) -> str:
    """A name without a path, made of letters, digits, `.`, `_` and `-`, with the extension of what the file is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", original))[-1]
    stem, dot, ending = last.rpartition(".")
    stem = _UNWANTED.sub("_", stem if dot and _short(ending) else last).strip("._-")[:_LONGEST_STEM_CHARS]
    return f"{stem or 'file'}.{extension}"


def _short(ending: str) -> bool:
    return 1 <= len(ending) <= 5 and ending.isalnum()


def numbered(name: str, tag: str) -> str:
    """The same name with a tag before its extension, for when the plain one is taken."""
    stem, _, extension = name.rpartition(".")
    return f"{stem}-{tag}.{extension}"
