"""The server as a child process: alone on its directory, gone with its parent, back on its port."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from nats.errors import NoServersError

from shared.errors import Unavailable
from talewright.embedded.child import die_with_parent
from talewright.embedded.nats_server import NatsServer
from tests.fixtures.nats import connect


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "data")
    yield server
    server.stop()


async def test_it_starts_on_a_free_port_and_comes_back_on_it(server: NatsServer):
    server.start()
    url, first = server.url, server.pid
    assert server.running
    assert server.port > 0
    server.kill()
    assert not server.running
    server.start()
    assert (server.url, server.pid != first) == (url, True)
    connection = await connect(server)
    assert await connection.jetstream().account_info()
    assert connection.max_payload == 4 * 1024 * 1024
    await connection.close()
    server.restart()
    server.stop()
    with pytest.raises(Unavailable):
        _ = server.pid


def test_a_second_server_on_the_directory_is_refused(server: NatsServer):
    server.start()
    with pytest.raises(Unavailable, match="in use"):
        NatsServer(server.data_dir).start()
    server.stop()
    other = NatsServer(server.data_dir)
    other.start()
    other.stop()


def test_a_taken_port_is_told_with_the_log(server: NatsServer, tmp_path: Path):
    server.start()
    other = NatsServer(tmp_path / "other", port=server.port)
    with pytest.raises(Unavailable, match="address already in use"):
        other.start()
    assert not other.running


def test_an_unready_server_is_told_with_the_log(server: NatsServer):
    with pytest.raises(Unavailable, match="not ready after 0 s"):
        server.start(timeout_s=0)
    assert not server.running


async def test_a_token_guards_the_bus(tmp_path: Path):
    server = NatsServer(tmp_path, token='se"cret')
    server.start()
    connection = await nats.connect(server.url, token='se"cret')
    await connection.close()
    with pytest.raises(NoServersError):
        await nats.connect(server.url, token="wrong", max_reconnect_attempts=1, reconnect_time_wait=0, error_cb=_quiet)
    assert (tmp_path / "nats-server.conf").stat().st_mode & 0o077 == 0
    server.stop()


def test_a_supervisor_can_spawn_it_with_piped_logs(server: NatsServer):
    child = subprocess.Popen(
        server.command(),
        env=server.environment(),
        pass_fds=server.pass_fds,
        preexec_fn=die_with_parent,
        stderr=subprocess.PIPE,
    )
    try:
        server.wait_ready(child.pid)
        assert server.port > 0
        with pytest.raises(Unavailable, match="in use"):
            NatsServer(server.data_dir).command()
        server.release()
        with pytest.raises(Unavailable, match="in use"):  # the child holds the lock as long as it lives
            NatsServer(server.data_dir).command()
    finally:
        child.terminate()
    assert b"Server is ready" in child.communicate()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="The kernel's help is Linux only.")
def test_it_goes_down_with_a_killed_parent(tmp_path: Path):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom talewright.embedded.nats_server import NatsServer\n"
        "server = NatsServer(Path(sys.argv[1]))\nserver.start()\nprint(server.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def _quiet(_: Exception) -> None:
    """The refusal is the point."""
