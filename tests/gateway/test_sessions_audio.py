"""`audio_url`: one's own files by key, and nothing else but what the operator allows, from the public network only."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.gateway.sessions_remote import Remote
from shared.contracts import commands as c
from shared.contracts.values import Artifact
from shared.errors import Invalid
from tests.gateway.session_world import FILES, MP3, WAV, cut, film
from tests.gateway.test_sessions_storage import put
from tests.gateway.world import ALICE, BOB, World

HOST = "audio.example"


def _sound(world: World) -> Artifact | None:
    return [one for one, _ in world.asked if isinstance(one, c.RequestSegment)][-1].order.audio  # type: ignore[union-attr]


async def test_own_files_are_taken_by_key_however_they_are_named(world: World) -> None:
    session = await cut(world)
    up = (await put(world, "my sound.bin", WAV)).json()
    plain = up["url"].partition("?")[0]
    async with world.client(ALICE) as http:
        for url in (up["url"], plain, up["key"], plain.replace(up["key"], quote(up["key"], safe=""))):
            answer = await film(http, session, audio_url=url)
            assert answer.status_code == 200, (url, answer.text)
            assert _sound(world) == Artifact(
                name="audio.wav", key=up["key"], media_type="audio/wav", size_bytes=len(WAV), public=False
            )
        made = await world.artifacts.put_bytes("users/1/output/audio/t/r1/s.mp3", MP3, "audio/mpeg")
        assert (await film(http, session, audio_url=made.key)).status_code == 200
        assert (await film(http, session)).status_code == 200
        assert _sound(world) is None
        assert (await film(http, session, audio_url=None)).status_code == 200


async def test_only_sounds_are_sounds(world: World) -> None:
    session = await cut(world)
    async with world.client(ALICE) as http:
        for extension, (data, _) in FILES.items():
            up = (await put(world, "x", data)).json()
            answer = await film(http, session, audio_url=up["url"])
            sounds = extension in ("mp3", "wav", "ogg", "m4a", "flac")
            assert answer.status_code == (200 if sounds else 400), (extension, answer.text)


async def test_other_users_files_are_403_and_missing_ones_400(world: World) -> None:
    session = await cut(world)
    bobs = (await put(world, "x.wav", WAV, token=BOB)).json()
    before = await world.store.last_position()
    async with world.client(ALICE) as http:
        for url in (bobs["url"], bobs["key"]):
            assert (await film(http, session, audio_url=url)).status_code == 403
        for url in ("users/1/input/none.wav", "users/1/input/../../2/input/x.wav", "users/1/x"):
            assert (await film(http, session, audio_url=url)).status_code == 400
    assert await world.store.last_position() == before


async def test_everything_else_is_refused_before_a_byte_is_sent(tmp_path) -> None:
    def never(host: str) -> list[str]:
        raise AssertionError("looked up")

    async with World(tmp_path, audio_hosts=(HOST,)).running() as world:
        session = await cut(world)
        world.deps.remote = Remote((HOST,), 1_000, 1, resolve=never)
        async with world.client(ALICE) as http:
            for url in (
                "http://audio.example/a.mp3", "https://evil.example/a.mp3", "https://audio.example:8443/a.mp3",
                "file:///etc/passwd", "https://audio.example@evil.example/a.mp3", "https://user:pw@audio.example/a.mp3",
                "ftp://audio.example/a",
                "https://127.0.0.1/a.mp3", "https://[::1]/a", "https://169.254.169.254/latest/meta-data",
                "//audio.example/a",
                "gopher://x", "https://audio.example.evil.example/", "https://audio.example /a", "https://", "https://[",
                "https://audio.example/\r\nX: y", "https://audio.example:x/", "data:audio/wav;base64,AAAA", "x",
                "http://localhost:4222/", "https://áudio.example/",
            ):  # fmt: skip
                answer = await film(http, session, audio_url=url)
                assert answer.status_code == 400, url
                assert "audio_url" in answer.json()["detail"]


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"], []]
)
def test_an_allowed_host_with_an_address_inside_is_refused(tmp_path: Path, addresses: list[str]) -> None:
    remote = Remote((HOST,), 1_000, 1, resolve=lambda _: addresses)
    with pytest.raises(Invalid, match="public network"):
        remote.fetch(f"https://{HOST}/a.mp3", tmp_path / "a")
    assert not (tmp_path / "a").exists()


class Web:
    """A web server with a certificate for HOST on loopback; `answer` is what it says to everybody."""

    def __init__(self, folder: Path) -> None:
        self.answer = b""
        self.asked: list[bytes] = []
        self.hold_s = 0.0
        self.certificate = _certificate(folder)
        self.context = ssl.create_default_context(cafile=str(self.certificate))
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        for start in range(0, len(self.answer), 1_000):
            writer.write(self.answer[start : start + 1_000])
            await writer.drain()
            await asyncio.sleep(self.hold_s)
        writer.close()

    def remote(self, **more) -> Remote:
        usual = {"resolve": lambda _: ["127.0.0.1"], "allowed": lambda _: True, "context": self.context}
        return Remote((HOST,), 5_000, 1.0, port=self.port, **{**usual, **more})


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "web.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
async def web(tmp_path: Path):
    site = Web(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(site.certificate)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()


def said(body: bytes, head: str = "HTTP/1.1 200 OK", **headers: str) -> bytes:
    lines = "".join(f"\r\n{name.replace('_', '-')}: {value}" for name, value in headers.items())
    return f"{head}{lines}\r\nConnection: close\r\n\r\n".encode() + body


async def test_an_allowed_host_is_asked_at_the_checked_address(world: World, web: Web) -> None:
    web.answer = said(MP3, Content_Length=str(len(MP3)))
    session = await cut(world)
    world.deps.remote = web.remote()
    async with world.client(ALICE) as http:
        for _ in range(2):
            answer = await film(http, session, audio_url=f"https://{HOST}/music/a.mp3?x=1#part")
            assert answer.status_code == 200, answer.text
    sound = _sound(world)
    assert sound is not None
    assert (sound.name, sound.media_type, sound.size_bytes) == ("audio.mp3", "audio/mpeg", len(MP3))
    assert sound.key.startswith("users/1/input/audio-")
    assert await world.artifacts.get_bytes(sound.key) == MP3
    assert len(await world.artifacts.list("users/1/input")) == 1
    head = web.asked[0].decode()
    assert head.startswith("GET /music/a.mp3?x=1 HTTP/1.1\r\n")
    assert f"Host: {HOST}" in head
    assert ALICE not in head


async def test_what_is_no_whole_sound_is_refused(world: World, web: Web) -> None:
    session = await cut(world)
    world.deps.remote = web.remote()
    async with world.client(ALICE) as http:
        for said_back, reason in (
            (said(b"", "HTTP/1.1 302 Found", Location="https://127.0.0.1/"), "answered 302"),
            (said(b"", "HTTP/1.1 404 Not Found"), "answered 404"),
            (said(b"<html>", Content_Type="audio/mpeg"), "no sound"),
            (said(WAV + b"\0" * 5_000), "larger"),
            (said(MP3, Content_Length="4000"), "broke off"),
            (said(b"5\r\nxx", Transfer_Encoding="chunked"), "could not be fetched"),
            (b"rubbish\r\n\r\n", "could not be fetched"),
            (b"", "could not be fetched"),
        ):
            web.answer = said_back
            told = await film(http, session, audio_url=f"https://{HOST}/a.mp3")
            assert told.status_code == 400
            assert reason in told.json()["detail"], told.text
    assert await world.artifacts.list("users/1/input") == []


async def test_certificates_count_and_time_runs_out(web: Web, tmp_path: Path) -> None:
    web.answer = said(MP3)
    target = tmp_path / "a"
    with pytest.raises(Invalid, match="SSLCertVerificationError"):
        await asyncio.to_thread(web.remote(context=ssl.create_default_context()).fetch, f"https://{HOST}/a", target)
    web.answer, web.hold_s = said(b"\0" * 4_900), 0.4
    with pytest.raises(Invalid, match="too long"):
        await asyncio.to_thread(web.remote().fetch, f"https://{HOST}/a", target)
    with pytest.raises(Invalid, match="not known"):
        await asyncio.to_thread(web.remote(resolve=_unknown).fetch, f"https://{HOST}/a", target)


def _unknown(host: str) -> list[str]:
    raise OSError("no such host")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Handshakes that fail on purpose are not worth a line."""
    loop_log = asyncio.log.logger
    loop_log.disabled = True
    yield
    loop_log.disabled = False
