"""What the tests of the sessions surface share: a session brought to a step, and small files of every kind."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import httpx

from tests.gateway.world import ALICE, World

FILM_BODY = {"text_overlays": [{"text": "Chapter 1", "start_time": 0.0, "duration": 2.0}]}


async def images(world: World, token: str = ALICE, **more: Any) -> dict[str, Any]:
    """A new session with its images."""
    async with world.client(token) as http:
        answer = await http.post("/api/generate-images", json={"prompt": "man buys hat", **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def approved(world: World, *chosen: int, **more: Any) -> str:
    """A session whose images are approved: all, or those of these indexes."""
    drawn = await images(world, **more)
    urls = [one["url"] for one in drawn["images"]]
    async with world.client(ALICE) as http:
        body = {"session_id": drawn["session_id"], "approved_image_urls": [urls[i] for i in chosen] or urls}
        answer = await http.post("/api/save-approved-images", json=body)
    assert answer.status_code == 200, answer.text
    return str(drawn["session_id"])


async def clips(world: World, session: str, **more: Any) -> dict[str, Any]:
    """Clips of the approved images."""
    async with world.client(ALICE) as http:
        body = {"session_id": session, "video_prompt": "slowly around", "duration": 2, **more}
        answer = await http.post("/api/generate-clips", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def cut(world: World, **more: Any) -> str:
    """A session whose clips are approved."""
    session = await approved(world, num_images=2)
    made = await clips(world, session, **more)
    async with world.client(ALICE) as http:
        body = {"session_id": session, "approved_clip_urls": [one["url"] for one in made["clips"]]}
        assert (await http.post("/api/save-approved-clips", json=body)).status_code == 200
    return session


async def film(http: httpx.AsyncClient, session: str, **more: Any) -> httpx.Response:
    """The film of the approved clips."""
    return await http.post("/api/compose-final-video", json={"session_id": session, **FILM_BODY, **more})


async def shown(world: World, session: str, token: str = ALICE) -> dict[str, Any]:
    """The session as it is shown."""
    async with world.client(token) as http:
        answer = await http.get(f"/api/sessions/{session}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png() -> bytes:
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _wav() -> bytes:
    sound = b"\0\0" * 800
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVEfmt " + struct.pack("<I", 16) + form
        + b"data" + struct.pack("<I", len(sound)) + sound
    )  # fmt: skip


PNG, WAV = _png(), _wav()
MP3 = b"\xff\xfb\x90\x64" + b"\0" * 413
FILES: dict[str, tuple[bytes, str]] = {
    "png": (PNG, "image/png"),
    "jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 40, "image/jpeg"),
    "gif": (b"GIF89a" + b"\0" * 40, "image/gif"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40, "image/webp"),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + b"\0" * 40, "video/mp4"),
    "mov": (b"\0\0\0\x14ftypqt  \0\0\x02\0qt  " + b"\0" * 40, "video/quicktime"),
    "webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm", "video/webm"),
    "mp3": (MP3, "audio/mpeg"),
    "wav": (WAV, "audio/wav"),
    "ogg": (b"OggS\x00\x02" + b"\0" * 40, "audio/ogg"),
    "m4a": (b"\0\0\0\x18ftypM4A \0\0\x02\0M4A mp42" + b"\0" * 40, "audio/mp4"),
    "flac": (b"fLaC\0\0\0\x22" + b"\0" * 40, "audio/flac"),
    "json": (json.dumps({"prompt": "Ž"}).encode(), "application/json"),
    "txt": ("Příliš žluťoučký kůň\n".encode(), "text/plain; charset=utf-8"),
}
"""A small file of every kind that is taken, and its media type."""

REFUSED: dict[str, bytes] = {
    "page.html": b"<!DOCTYPE html><script>alert(1)</script>",
    "page.png": b"\n <html><body>",
    "drawing.svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
    "run.sh": b"#!/bin/sh\nrm -rf /\n",
    "program": b"\x7fELF\x02\x01\x01" + b"\0" * 40,
    "setup.exe": b"MZ\x90\x00\x03" + b"\0" * 40,
    "all.zip": b"PK\x03\x04" + b"\0" * 40,
    "paper.pdf": b"%PDF-1.7\n1 0 obj\n",
    "film.mkv": b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska",
    "old.avi": b"RIFF\x24\0\0\0AVI LIST",
    "latin.txt": "Žluťoučký".encode("cp1250"),
    "nul.txt": b"text\x00more",
}
"""Files that are not taken, whatever they are called."""
