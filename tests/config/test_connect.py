"""Who we are on the bus, and whom we believe: user and password, and TLS by an authority of one's own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.bus.connect import nats_options
from shared.bus.service import make_broker
from shared.errors import Invalid, Unavailable
from shared.settings import Settings
from shared.startup import connect_within
from talewright.embedded.child import find_binary
from talewright.embedded.ports import free_ports


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return pem, secret


@pytest.fixture
def tls_bus(tmp_path: Path) -> Iterator[Settings]:
    """A server that wants TLS, a user and a password; and the settings for it."""
    pem, secret = certificate(tmp_path)
    (port,) = free_ports(1)
    config = tmp_path / "nats.conf"
    config.write_text(
        f'listen: "127.0.0.1:{port}"\ntls {{ cert_file: "{pem}", key_file: "{secret}" }}\n'
        'authorization { users: [ { user: "tasks", password: "hunter2" } ] }\n'
    )
    process = subprocess.Popen([str(find_binary("nats-server")), "-c", str(config)], stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    yield Settings(
        nats_url=f"tls://127.0.0.1:1,tls://127.0.0.1:{port}",
        nats_user="tasks",
        nats_password="hunter2",
        nats_ca_file=str(pem),
    )
    process.kill()
    process.wait()


async def test_user_password_and_authority_and_the_second_of_two_servers(tls_bus: Settings) -> None:
    nc = await connect_within(tls_bus, "test", 10)
    assert nc.connected_url is not None
    assert nc.connected_url.scheme == "tls"
    await nc.close()
    broker = make_broker(tls_bus, "test", 1)
    await broker.connect()
    assert await broker.ping(5)
    await broker.stop()


async def test_a_stranger_is_turned_away(tls_bus: Settings) -> None:
    wrong = Settings(**{**tls_bus.model_dump(), "nats_password": "hunter3"})
    with pytest.raises(Unavailable, match="refuses our credentials"):
        await connect_within(wrong, "test", 3)


async def test_a_server_that_nobody_vouches_for_is_not_believed(tls_bus: Settings) -> None:
    trusting = Settings(**{**tls_bus.model_dump(), "nats_ca_file": ""})
    trusting = trusting.model_copy(update={"nats_url": trusting.nats_url.partition(",")[2]})
    with pytest.raises(Unavailable, match="certificate"):
        await connect_within(trusting, "test", 1.5)


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("not a certificate")
    with pytest.raises(Invalid, match="TALEWRIGHT_NATS_CA_FILE"):
        nats_options(Settings(nats_ca_file=str(file)), "test")


@pytest.mark.filterwarnings("error::DeprecationWarning:faststream.*")
def test_the_broker_is_told_in_the_way_that_is_not_deprecated() -> None:
    assert make_broker(Settings(nats_token="t"), "test", 1)
    assert make_broker(Settings(), "test", 1)
