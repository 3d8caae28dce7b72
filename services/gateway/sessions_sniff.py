"""What a file is, by its bytes. What a browser could run (HTML, SVG, programs) is none of the kinds that are taken.

What the client says about a file is not looked at: it may be wrong, or meant to deceive.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import msgspec

HEAD_BYTES = 4_096
_LARGEST_JSON_BYTES = 5_000_000
_CHUNK_BYTES = 1 << 20
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f") | {127}


class Kind(msgspec.Struct, frozen=True):
    """A kind of file that is taken, with the ending that its name gets."""

    media_type: str
    extension: str

    @property
    def audible(self) -> bool:
        """Whether it can be the sound of a film."""
        return self.media_type.startswith("audio/")


PNG, JPEG = Kind("image/png", "png"), Kind("image/jpeg", "jpg")
GIF, WEBP = Kind("image/gif", "gif"), Kind("image/webp", "webp")
MP4, MOV, WEBM = Kind("video/mp4", "mp4"), Kind("video/quicktime", "mov"), Kind("video/webm", "webm")
MP3, WAV, OGG = Kind("audio/mpeg", "mp3"), Kind("audio/wav", "wav"), Kind("audio/ogg", "ogg")
M4A, FLAC = Kind("audio/mp4", "m4a"), Kind("audio/flac", "flac")
JSON, TEXT = Kind("application/json", "json"), Kind("text/plain; charset=utf-8", "txt")

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"OggS\x00", OGG),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV}
_M4A_BRANDS = (b"M4A ", b"M4B ")
_MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"MSNV")


def media_kind(head: bytes) -> Kind | None:
    """The kind of a picture, film or sound, by its first bytes."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _boxed(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"\x42\x82\x84webm" in head[:64] else None
    return MP3 if _is_mpeg_frame(head) else None


def _boxed(brand: bytes) -> Kind | None:
    if brand in _M4A_BRANDS:
        return M4A
    if brand == b"qt  ":
        return MOV
    return MP4 if brand in _MP4_BRANDS else None


def _is_mpeg_frame(head: bytes) -> bool:
    """A frame header of MPEG 1, 2 or 2.5, layer III, with a bitrate and a sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


def kind_of(file: Path) -> Kind | None:
    """The kind of a whole file; None for what is not taken. Reads all of a text."""
    with file.open("rb") as source:
        head = source.read(HEAD_BYTES)
    return media_kind(head) or _text_kind(file, head)


def _text_kind(file: Path, head: bytes) -> Kind | None:
    if not head or not _CONTROLS.isdisjoint(head) or not _is_text(file):
        return None
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if begin.startswith((b"{", b"[")) and _is_json(file):
        return JSON
    # Markup and scripts begin like this; a text that does too is sent under another name, or not at all.
    return None if begin.startswith((b"<", b"#!", b"%!", b"%PDF")) else TEXT


def _is_text(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with file.open("rb") as source:
            while chunk := source.read(_CHUNK_BYTES):
                decoder.decode(chunk)
                if not _CONTROLS.isdisjoint(chunk):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_json(file: Path) -> bool:
    if file.stat().st_size > _LARGEST_JSON_BYTES:
        return False
    try:
        msgspec.json.decode(file.read_bytes().removeprefix(codecs.BOM_UTF8))
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
