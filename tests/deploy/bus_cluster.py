"""The rendered configuration of the bus, run as three servers on this machine, with certificates made for it."""

from __future__ import annotations

import datetime
import json
import os
import socket
import subprocess
import time
import urllib.request
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from talewright.embedded.child import die_with_parent, find_binary
from tests.deploy.manifests import Manifests

HEADLESS = ".nats-headless.talewright.svc.cluster.local"
PASSWORDS = {user: f"test-{user}" for user in ("gateway", "auth", "tasks", "media", "tools")}


def make_certificates(folder: Path) -> None:
    """A CA and one certificate for servers on the loopback: ca.crt, tls.crt, tls.key."""
    ca_key, ca = _issued("test-ca", None, None)
    key, certificate = _issued("nats", ca_key, ca)
    (folder / "ca.crt").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, pkcs8, bare = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "tls.key").write_bytes(key.private_bytes(pem, pkcs8, bare))


def _issued(
    name: str, ca_key: ec.EllipticCurvePrivateKey | None, ca: x509.Certificate | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.subject if ca else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=ca is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
    )
    return key, builder.sign(ca_key or key, hashes.SHA256())


class Cluster:
    """The servers nats-0 to nats-2. Addresses, ports and folders are this machine's, all else is as rendered."""

    def __init__(self, m: Manifests, folder: Path) -> None:
        self.folder, self._processes = folder, {}
        self.count = m.pod("nats").owner["spec"]["replicas"]
        self._conf = m.get("ConfigMap", "talewright-nats-config")["data"]["nats.conf"]
        (folder / "users.conf").write_text(m.get("ConfigMap", "talewright-nats-users")["data"]["users.conf"])
        make_certificates(folder)
        self.ports = [[_free_port() for _ in range(self.count)] for _ in range(3)]

    @property
    def url(self) -> str:
        """Where clients find the servers."""
        return ",".join(f"tls://127.0.0.1:{port}" for port in self.ports[0])

    def configuration(self, place: int) -> str:
        """The text of one server's file."""
        text = self._conf
        for role, (port, ports) in enumerate(zip((4222, 8222, 6222), self.ports, strict=True)):
            text = text.replace(f"0.0.0.0:{port}", f"127.0.0.1:{ports[place]}")
            for other in range(self.count if role == 2 else 0):
                text = text.replace(f"nats-{other}{HEADLESS}:{port}", f"localhost:{ports[other]}")
        text = text.replace("nats-route://localhost", "nats-route://127.0.0.1").replace(
            "/etc/nats-tls", str(self.folder)
        )
        text = text.replace("/run/nats/", f"{self.folder}/{place}-").replace("/data", f"{self.folder}/data-{place}")
        return text.replace("max_file_store: 90GB", "max_file_store: 1GB")

    def check(self, place: int = 0) -> subprocess.CompletedProcess[str]:
        """What nats-server itself says of the file."""
        return subprocess.run(
            [find_binary("nats-server"), "-t", "--config", self._written(place)],
            env=self._environment(place),
            capture_output=True,
            text=True,
            timeout=10,
        )

    def start(self) -> None:
        """Starts all, and returns when each says that it is healthy."""
        for place in range(self.count):
            log = (self.folder / f"{place}.log").open("wb")
            self._processes[place] = subprocess.Popen(
                [find_binary("nats-server"), "--config", self._written(place)],
                env=self._environment(place),
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        deadline = time.monotonic() + 30
        while not all(self.healthy(place) for place in range(self.count)):
            if time.monotonic() > deadline:
                raise AssertionError((self.folder / "0.log").read_text()[-2000:])
            time.sleep(0.1)

    def healthy(self, place: int) -> bool:
        """What the readiness probe asks."""
        try:
            return bool(self.ask(place, "healthz")["status"] == "ok")
        except OSError:
            return False

    def ask(self, place: int, what: str) -> Any:
        """A page of the monitoring port."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[1][place]}/{what}", timeout=5) as answer:
            return json.load(answer)

    def kill(self, place: int) -> None:
        """Kills one server."""
        self._processes[place].kill()
        self._processes.pop(place).wait()

    def stop(self) -> None:
        """Kills what is left."""
        for place in list(self._processes):
            self.kill(place)

    def _written(self, place: int) -> str:
        file = self.folder / f"nats-{place}.conf"
        file.write_text(self.configuration(place))
        return str(file)

    def _environment(self, place: int) -> dict[str, str]:
        passwords = {f"NATS_{user.upper()}_PASSWORD": word for user, word in PASSWORDS.items()}
        return {"PATH": os.environ["PATH"], "POD_NAME": f"nats-{place}", **passwords}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
