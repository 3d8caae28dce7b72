"""Files from hosts that the operator allows, fetched so that nobody can make the gateway look into its own network.

The address is looked up and checked once, and the connection goes to the checked address: a name that answers with
another address the second time changes nothing. There are no redirects, no other port, no other scheme.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult, urlsplit

import certifi

from shared.errors import Invalid

PORT = 443
_CHUNK_BYTES = 256 * 1024
_PATIENCE_S = 10.0
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str], list[str]]


class Remote:
    """Fetches over https from the allowed hosts. Everything that stands in the way is `Invalid`, with the reason.

    `resolve` gives a host's addresses, `allowed` decides on each; tests bring their own.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        limit_bytes: int,
        total_s: float,
        *,
        resolve: Resolve | None = None,
        allowed: Callable[[str], bool] | None = None,
        context: ssl.SSLContext | None = None,
        port: int = PORT,
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._limit_bytes, self._total_s, self._port = limit_bytes, total_s, port
        self._resolve, self._allowed = resolve or _addresses, allowed or is_public
        self._context = context

    def fetch(self, url: str, file: Path) -> None:
        """Writes the file behind a URL. Blocks: run it in a thread."""
        parts = self._checked(url)
        address = self._address(parts.hostname or "")
        if self._context is None:  # made when it is first needed: that takes longer than all else here
            self._context = ssl.create_default_context(cafile=certifi.where())
        connection = _Pinned(parts.hostname or "", self._port, address, self._context)
        try:
            self._receive(connection, parts, file)
        except (OSError, http.client.HTTPException) as error:
            raise Invalid(f"The audio could not be fetched ({type(error).__name__})") from error
        finally:
            connection.close()

    def _checked(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Invalid("audio_url is not a URL") from error
        if parts.scheme != "https" or parts.username or parts.password or port not in (None, self._port):
            raise Invalid("audio_url must be one of your files, or an https URL of an allowed host")
        if (parts.hostname or "") not in self._hosts:
            raise Invalid("audio_url is on a host that is not allowed; upload the file instead")
        if not url.isascii() or any(char <= " " for char in url):
            raise Invalid("audio_url is not a URL")
        return parts

    def _address(self, host: str) -> str:
        try:
            found = self._resolve(host)
        except OSError as error:
            raise Invalid("The host of audio_url is not known") from error
        if not found or not all(map(self._allowed, found)):
            raise Invalid("The host of audio_url is not on the public network")
        return found[0]

    def _receive(self, connection: _Pinned, parts: SplitResult, file: Path) -> None:
        deadline = monotonic() + self._total_s
        target = parts.path or "/"
        connection.request("GET", f"{target}?{parts.query}" if parts.query else target)
        answer = connection.getresponse()
        if answer.status != 200:
            raise Invalid(f"The host of audio_url answered {answer.status}")
        got = 0
        with file.open("wb") as kept:
            while chunk := answer.read1(_CHUNK_BYTES):
                got += len(chunk)
                if got > self._limit_bytes:
                    raise Invalid(f"The audio is larger than {self._limit_bytes} bytes")
                if monotonic() > deadline:
                    raise Invalid("The audio takes too long to come")
                kept.write(chunk)
        if answer.length:  # so much was promised and has not come
            raise Invalid("The audio broke off")


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address, for a host: the certificate must be the host's."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=_PATIENCE_S, context=context)
        self._target, self._tls = (address, port), context

    def connect(self) -> None:
        """Connects to the checked address, whatever the name says by now."""
        plain = socket.create_connection(self._target, _PATIENCE_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def is_public(address: str) -> bool:
    """Whether an address is public: not private, loopback, link-local, multicast, nor one of these in disguise."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in _TRANSLATED:
            return False
    return found.is_global and not found.is_multicast


def _addresses(host: str) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)]
