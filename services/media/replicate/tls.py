"""One TLS context for all connections of a process: making one reads every root certificate there is."""

from __future__ import annotations

import ssl
from functools import lru_cache

import httpx


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """The context; `SSL_CERT_FILE` counts."""
    return httpx.create_ssl_context()
