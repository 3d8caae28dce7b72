"""Media types by file name, for listings: S3 does not tell the type there.

A table of our own, so that every machine gives the same answer.
"""

from __future__ import annotations

_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "json": "application/json",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "txt": "text/plain; charset=utf-8",
}


def media_type_of(name: str) -> str:
    """The media type of a file name or key; `application/octet-stream` for what we never write."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
