from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launcher.harness import FakeUp, Scenario, users_of, wait_for

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""
PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", flush=True)
time.sleep(600)
"""
DEAF_PARENT = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + PARENT
TELLS_ITS_END = """
import os, signal, time
def end(*_):
    with open(os.environ["FOLDER"] + "/ends", "a") as told:
        told.write("NAME\\n")
    raise SystemExit
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(600)
"""
DIES_AT_ONCE = """
import sys
for number in range(40):
    print("line", number)
sys.exit("No such database")
"""
FAILS_FROM_THE_SECOND_RUN_ON = """
import os, pathlib, sys, time
mark = pathlib.Path(os.environ["FOLDER"], "ran")
print("ready", flush=True)
if mark.exists():
    sys.exit("still broken")
mark.touch()
time.sleep(1)
"""
SLOW = "import time\nprint('wait', flush=True)\ntime.sleep(600)"
TWO_STAGES: Scenario = [[{"name": "bus"}, {"name": "files"}], [{"name": "tasks"}, {"name": "gateway"}]]
Start = Callable[..., FakeUp]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Start]:
    started: list[FakeUp] = []

    def run(scenario: Scenario, port: int = 0) -> FakeUp:
        started.append(FakeUp(data, scenario, port))
        return started[-1]

    yield run
    for one in started:
        one.close()
    wait_for(lambda: not users_of(data), 10, lambda: f"left behind: {users_of(data)}")


def test_it_says_when_it_is_ready_and_where_everything_is(start: Start, data: Path) -> None:
    up = start(TWO_STAGES)
    up.until("Talewright is ready")
    assert f"Data           {data}" in up.output
    assert "/docs" in up.output
    assert "demo@example.com" in up.output
    assert "gateway    | ready" in up.output  # names are aligned
    assert (data / "logs" / "tasks.log").read_text() == "ready\n"
    assert len(users_of(data)) == 4


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(start: Start, data: Path, how: int) -> None:
    bus, tasks = (TELLS_ITS_END.replace("NAME", name) for name in ("bus", "tasks"))
    up = start([[{"name": "bus", "code": bus}], [{"name": "tasks", "code": tasks}]])
    up.until("Talewright is ready")
    up.process.send_signal(how)
    assert up.ends() == 0
    assert users_of(data) == []
    assert (data / "ends").read_text().split() == ["tasks", "bus"]
    assert (data / "released").exists()
    assert "stopped" in up.output


def test_who_does_not_end_is_killed_after_its_grace(start: Start, data: Path) -> None:
    up = start([[{"name": "deaf", "code": DEAF, "grace_s": 0.5}, {"name": "fine"}]])
    up.until("Talewright is ready")
    up.process.terminate()
    assert up.ends() == 0
    assert "deaf did not end within 0.5 s and is killed" in up.output
    assert users_of(data) == []


def test_a_second_signal_ends_all_at_once(start: Start, data: Path) -> None:
    up = start([[{"name": "deaf", "code": DEAF, "grace_s": 60}]])
    up.until("Talewright is ready")
    up.process.send_signal(signal.SIGINT)
    up.until("stopping")
    up.process.send_signal(signal.SIGINT)
    assert up.ends(5) == 0
    assert users_of(data) == []


def test_kill_9_of_the_supervisor_leaves_no_orphan_and_the_next_start_works(start: Start, data: Path) -> None:
    up = start([[{"name": "bus"}], [{"name": "deaf-with-child", "code": DEAF_PARENT}]])
    up.until("Talewright is ready")
    wait_for(lambda: len(users_of(data)) == 3, 5)
    up.process.kill()
    again = start(TWO_STAGES)  # at once: it waits for the old processes
    again.until("Talewright is ready", 20)
    assert len(users_of(data)) == 4


def test_what_a_process_started_ends_with_it(start: Start, data: Path) -> None:
    up = start([[{"name": "media", "code": PARENT}]])
    up.until("Talewright is ready")
    wait_for(lambda: len(users_of(data)) == 2, 5)
    up.process.terminate()
    assert up.ends() == 0
    assert users_of(data) == []


def test_a_process_that_dies_at_the_start_is_shown_with_its_last_lines(start: Start, data: Path) -> None:
    up = start([[{"name": "bus"}], [{"name": "auth", "code": DIES_AT_ONCE}, {"name": "tasks"}]])
    assert up.ends() == 1
    assert "auth ended with code 1 while starting. Its last lines:" in up.output
    assert "    No such database" in up.output
    assert "    line 39" in up.output
    assert "    line 3\n" not in up.output
    assert users_of(data) == []


def test_a_process_that_dies_later_is_started_again(start: Start, data: Path) -> None:
    up = start(TWO_STAGES)
    up.until("Talewright is ready")
    log = data / "logs" / "tasks.log"
    for victim in users_of(data):
        os.kill(victim, signal.SIGKILL)
    up.until("tasks was ended by signal 9; starting it again in 0.05 s")
    up.until("bus was ended by signal 9; starting it again in 0.05 s")
    wait_for(lambda: len(users_of(data)) == 4 and log.read_text() == "ready\nready\n", 5)
    assert up.process.poll() is None


def test_who_dies_again_and_again_takes_all_down(start: Start, data: Path) -> None:
    began = time.monotonic()
    up = start([[{"name": "bus"}], [{"name": "media-1", "code": FAILS_FROM_THE_SECOND_RUN_ON}]])
    assert up.ends(30) == 1
    assert up.output.count("starting it again") == 5
    assert "starting it again in 0.8 s" in up.output  # 0.05, 0.1, 0.2, 0.4, 0.8
    assert "media-1 ended with code 1, for the 6th time within 60 s" in up.output
    assert "    still broken" in up.output
    assert users_of(data) == []
    assert time.monotonic() - began > 1.5


def test_asked_to_stop_while_starting(start: Start, data: Path) -> None:
    up = start([[{"name": "slow", "code": SLOW, "line": "never"}]])
    up.until("| wait")
    up.process.send_signal(signal.SIGINT)
    assert up.ends(5) == 0
    assert "is ready" not in up.output
    assert users_of(data) == []


def test_a_taken_port_is_named_before_anything_starts(start: Start, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        up = start(TWO_STAGES, port)
        assert up.ends() == 1
    assert f"Port {port} on 127.0.0.1 is taken" in up.output
    assert f"--port {port + 1}" in up.output
    assert not (data / "logs").exists()


def test_a_second_start_on_the_same_folder_is_refused(start: Start, data: Path) -> None:
    first = start(TWO_STAGES)
    first.until("Talewright is ready")
    second = start(TWO_STAGES)
    assert second.ends() == 1
    assert f"already runs on {data} (process {first.process.pid}, http://127.0.0.1:" in second.output
    assert first.process.poll() is None
    assert len(users_of(data)) == 4
