"""Fetching what a model made: from the provider's file hosts only, without our token, and nothing but what it is."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from services.media.replicate.media_types import EXTENSIONS, HEAD_BYTES, sniff
from services.media.replicate.tls import trusted
from shared.telemetry.tracing import below

FILE_HOST = "replicate.delivery"


class Expired(Exception):
    """The file was there and is no more."""


class Spoiled(Exception):
    """What came is not what was bought: cut off, too large, of another type, or from a host that is not theirs."""


class Unreached(Exception):
    """The file's host does not answer."""


class Fetched(msgspec.Struct, frozen=True):
    """A file that came whole."""

    path: Path
    media_type: str


def allowed(url: str, other_hosts: tuple[str, ...] = ()) -> bool:
    """Whether a URL is one of the provider's files. `other_hosts` are `host:port`, for which http will do too."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return False
    if split.username is not None or split.password is not None:
        return False
    if split.scheme in ("http", "https") and split.netloc in other_hosts:
        return True
    host = split.hostname or ""
    theirs = host == FILE_HOST or host.endswith("." + FILE_HOST)
    return split.scheme == "https" and theirs and port in (None, 443)


class Downloader:
    """Downloads of one worker; `close` it. It has no credentials that it could give away."""

    def __init__(self, limit_bytes: int, timeout_s: float, other_hosts: tuple[str, ...] = ()) -> None:
        self._limit_bytes = limit_bytes
        self._timeout_s = timeout_s
        self._other_hosts = other_hosts
        self._http = httpx.AsyncClient(
            verify=trusted(), follow_redirects=False, trust_env=False, timeout=httpx.Timeout(30.0)
        )

    async def fetch(self, url: str, stem: Path, media_types: tuple[str, ...]) -> Fetched:
        """Writes the file to `stem` and the extension of its type. It appears whole or not at all.

        Raises `Expired`, `Spoiled` or `Unreached`.
        """
        if not allowed(url, self._other_hosts):
            raise Spoiled("not a file of the provider")
        with below("download output", {"server.address": urlsplit(url).hostname or ""}) as download:
            fetched = await self._fetch(url, stem, media_types)
            download.note({"talewright.media_type": fetched.media_type})
        return fetched

    async def _fetch(self, url: str, stem: Path, media_types: tuple[str, ...]) -> Fetched:
        part = stem.with_name(stem.name + ".part")
        stem.parent.mkdir(parents=True, exist_ok=True)
        try:
            async with asyncio.timeout(self._timeout_s), self._http.stream("GET", url) as response:
                _check(response)
                head = await self._write(response, part)
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise Spoiled(repr(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise Unreached(repr(error)) from error
        return _accept(part, stem, sniff(head), media_types)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def _write(self, response: httpx.Response, part: Path) -> bytes:
        told = response.headers.get("content-length", "")
        if told.isdigit() and int(told) > self._limit_bytes:
            raise Spoiled(f"{told} bytes")
        head, size = b"", 0
        with part.open("wb") as file:
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > self._limit_bytes:
                    raise Spoiled(f"more than {self._limit_bytes} bytes")
                head = head if len(head) >= HEAD_BYTES else (head + chunk)[:HEAD_BYTES]
                file.write(chunk)
        if told.isdigit() and "content-encoding" not in response.headers and int(told) != size:
            raise Spoiled(f"{size} bytes of {told}")
        return head


def _check(response: httpx.Response) -> None:
    if response.status_code in (403, 404, 410):
        raise Expired(str(response.status_code))
    if response.status_code == 429 or response.status_code >= 500:
        raise Unreached(str(response.status_code))
    if response.status_code != 200:
        raise Spoiled(str(response.status_code))


def _accept(part: Path, stem: Path, media_type: str, wanted: tuple[str, ...]) -> Fetched:
    if media_type not in wanted:
        raise Spoiled(f"{media_type or 'something unknown'} instead of {', '.join(wanted)}")
    path = stem.with_name(f"{stem.name}.{EXTENSIONS[media_type]}")
    os.replace(part, path)
    return Fetched(path, media_type)
