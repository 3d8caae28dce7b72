"""A real S3 behind TLS, with a certificate of an authority that only we know."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.artifacts.s3 import S3ArtifactStore
from shared.errors import Unavailable
from shared.settings import S3Settings
from tests.config.test_connect import certificate


@pytest.fixture
async def over_tls(s3_settings: S3Settings, tmp_path: Path) -> AsyncIterator[S3Settings]:
    """A door of its own: what comes in encrypted goes on as it is, so that signatures stay right."""
    pem, key = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, key)
    host, port = s3_settings.s3_endpoint.split(":")

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
        target.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_connection(host, int(port))
        await asyncio.gather(carry(reader, outside), carry(inside, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    endpoint = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    bucket = f"test-{secrets.token_hex(6)}"
    yield s3_settings.model_copy(
        update={"s3_endpoint": endpoint, "s3_secure": True, "s3_ca_file": str(pem), "s3_bucket": bucket}
    )
    server.close()


async def test_a_private_authority_is_believed_when_it_is_named(over_tls: S3Settings) -> None:
    store = S3ArtifactStore(over_tls)
    await store.prepare()
    await store.put_bytes("a/b", b"safe", "text/plain")
    assert await store.get_bytes("a/b") == b"safe"
    assert await store.reachable()
    await store.close()


async def test_and_not_otherwise(over_tls: S3Settings) -> None:
    store = S3ArtifactStore(over_tls.model_copy(update={"s3_ca_file": ""}))
    assert not await store.reachable()
    with pytest.raises(Unavailable):
        await store.put_bytes("a/b", b"lost", "text/plain")
    await store.close()
