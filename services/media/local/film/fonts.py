"""The typefaces that subtitles are set in, and how wide text is in them.

Both come as packages, so a film looks the same on every machine, whatever fonts that has.
"""

from __future__ import annotations

import shutil
import struct
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
from PIL import ImageFont

from shared.contracts.values import Language


class Face(msgspec.Struct, frozen=True):
    """One face of a font file: `family` is its name for libass, `index` its place in a collection."""

    family: str
    package: str
    path: str
    index: int = 0

    def file(self) -> Path:
        """Where the installed package keeps the font file."""
        return Path(str(files(self.package).joinpath(self.path)))


_CJK = ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc")
SANS = Face("Noto Sans", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")
"""Latin, Greek, Cyrillic and Devanagari: eighteen of our languages."""

JAPANESE = Face("Noto Sans CJK JP", *_CJK, index=0)
CHINESE = Face("Noto Sans CJK SC", *_CJK, index=2)

# Bold is emboldened by the renderer and Pillow measures the regular face without joining Devanagari: leave some room.
_BOLD = 1.05
_MEASURE_PX = 200
_CJK_RANGES = ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))


def face_for(language: Language) -> Face:
    """The face that a language's subtitles are set in."""
    return {"japanese": JAPANESE, "chinese": CHINESE}.get(language, SANS)


def is_cjk(char: str) -> bool:
    """Whether a character is from the Chinese, Japanese and Korean blocks, with their punctuation."""
    code = ord(char)
    return code >= 0x20000 or any(low <= code <= high for low, high in _CJK_RANGES)


def face_of(char: str, main: Face) -> Face:
    """The face that has this character: `main`, unless it is for another script."""
    if main is SANS:
        return CHINESE if is_cjk(char) else SANS
    return SANS if 0x0900 <= ord(char) <= 0x097F else main


def runs(text: str, main: Face) -> list[tuple[Face, str]]:
    """The text in stretches that one face can show, in order."""
    found: list[tuple[Face, str]] = []
    for char in text:
        face = found[-1][0] if found and char.isspace() else face_of(char, main)
        if found and found[-1][0] is face:
            found[-1] = (face, found[-1][1] + char)
        else:
            found.append((face, char))
    return found


def width_em(text: str, main: Face) -> float:
    """How wide bold text is, in em; rather a little too much than too little."""
    return sum(_length_em(part, face) for face, part in runs(text, main)) * _BOLD


@cache
def line_height(face: Face) -> float:
    """What a subtitle's font size measures, in em: the height that the font claims in its OS/2 table for Windows."""
    tables = _tables(face)
    (per_em,) = struct.unpack_from(">H", tables["head"], 18)
    up, down = struct.unpack_from(">HH", tables["OS/2"], 74)
    return float(up + down) / float(per_em)


def _tables(face: Face) -> dict[str, bytes]:
    """The head and OS/2 tables of a TrueType or OpenType file, or of one face of a collection."""
    with face.file().open("rb") as file:
        start = 0
        if file.read(4) == b"ttcf":
            file.seek(12 + 4 * face.index)
            (start,) = struct.unpack(">I", file.read(4))
        file.seek(start + 4)
        (count,) = struct.unpack(">H6x", file.read(8))
        entries = [struct.unpack(">4s4xII", file.read(16)) for _ in range(count)]
        found = {}
        for name, offset, length in entries:
            if name in (b"head", b"OS/2"):
                file.seek(offset)
                found[name.decode()] = file.read(length)
    return found


@cache
def _pillow_font(face: Face) -> ImageFont.FreeTypeFont:
    # The basic layout is there on every machine; raqm is not.
    return ImageFont.truetype(str(face.file()), _MEASURE_PX, index=face.index, layout_engine=ImageFont.Layout.BASIC)


def _length_em(text: str, face: Face) -> float:
    return float(_pillow_font(face).getlength(text)) / _MEASURE_PX


FACES = (SANS, JAPANESE, CHINESE)


def place(source: Path, folder: Path) -> None:
    """Makes a font file available in a folder: as a link where the system can, else as a copy."""
    target = folder / f"font{source.suffix}"
    try:
        target.symlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
