from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launcher.harness import FakeUp, Scenario, users_of, wait_for

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
    code = "import os, pathlib, signal, time\n"
    code += "def end(*_):\n    with open(os.environ['FOLDER'] + '/ends', 'a') as f: f.write('{}\\n')\n    raise SystemExit\n"
    code += "signal.signal(signal.SIGTERM, end)\nprint('ready', flush=True)\ntime.sleep(600)"
    up = start([[{"name": "bus", "code": code.format("bus")}], [{"name": "tasks", "code": code.format("tasks")}]])
    up.until("Talewright is ready")
    up.process.send_signal(how)
    assert up.ends() == 0
    assert users_of(data) == []
    assert (data / "ends").read_text().split() == ["tasks", "bus"]
    assert (data / "released").exists()
    assert "stopped" in up.output


def test_who_does_not_end_is_killed_after_its_grace(start: Start, data: Path) -> None:
    deaf = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\ntime.sleep(600)"
    up = start([[{"name": "deaf", "code": deaf, "grace_s": 0.5}, {"name": "fine"}]])
    up.until("Talewright is ready")
    up.process.terminate()
    assert up.ends() == 0
    assert "deaf did not end within 0.5 s and is killed" in up.output
    assert users_of(data) == []


def test_a_second_signal_ends_all_at_once(start: Start, data: Path) -> None:
    deaf = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\ntime.sleep(600)"
    up = start([[{"name": "deaf", "code": deaf, "grace_s": 60}]])
    up.until("Talewright is ready")
    up.process.send_signal(signal.SIGINT)
    up.until("stopping")
    up.process.send_signal(signal.SIGINT)
    assert up.ends(5) == 0
    assert users_of(data) == []


def test_kill_9_of_the_supervisor_leaves_no_orphan_and_the_next_start_works(start: Start, data: Path) -> None:
    parent = "import subprocess, sys, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    parent += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    parent += "print('ready', flush=True)\ntime.sleep(600)"
    up = start([[{"name": "bus"}], [{"name": "deaf-with-child", "code": parent}]])
    up.until("Talewright is ready")
    wait_for(lambda: len(users_of(data)) == 3, 5)
    up.process.kill()
    again = start(TWO_STAGES)  # at once: it waits for the old processes
    again.until("Talewright is ready", 20)
    assert len(users_of(data)) == 4


def test_what_a_process_started_ends_with_it(start: Start, data: Path) -> None:
    parent = "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    parent += "print('ready', flush=True)\ntime.sleep(600)"
    up = start([[{"name": "media", "code": parent}]])
    up.until("Talewright is ready")
    wait_for(lambda: len(users_of(data)) == 2, 5)
    up.process.terminate()
    assert up.ends() == 0
    assert users_of(data) == []


def test_a_process_that_dies_at_the_start_is_shown_with_its_last_lines(start: Start, data: Path) -> None:
    dying = "import sys\nfor n in range(40): print('line', n)\nsys.exit('No such database')"
    up = start([[{"name": "bus"}], [{"name": "auth", "code": dying}, {"name": "tasks"}]])
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
    # The first run waits until the stack is up; all later ones fail at once.
    code = (
        "import os, pathlib, sys, time\nmark = pathlib.Path(os.environ['FOLDER'], 'ran')\nprint('ready', flush=True)\n"
    )
    code += "if mark.exists(): sys.exit('still broken')\nmark.touch()\ntime.sleep(1)"
    began = time.monotonic()
    up = start([[{"name": "bus"}], [{"name": "media-1", "code": code}]])
    assert up.ends(30) == 1
    assert up.output.count("starting it again") == 5
    assert "starting it again in 0.8 s" in up.output  # 0.05, 0.1, 0.2, 0.4, 0.8
    assert "media-1 ended with code 1, for the 6th time within 60 s" in up.output
    assert "    still broken" in up.output
    assert users_of(data) == []
    assert time.monotonic() - began > 1.5


def test_asked_to_stop_while_starting(start: Start, data: Path) -> None:
    up = start([[{"name": "slow", "code": "import time\nprint('wait', flush=True)\ntime.sleep(600)", "line": "never"}]])
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
