"""The whole system as users start it, and what a test does with it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningStack:
    """A stack on a folder of its own."""

    data: Path
    url: str
    process: subprocess.Popen[bytes]

    def pids(self, what: str) -> list[int]:
        """Children of the stack whose command line holds `what`, oldest first."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except (OSError, IndexError):
                continue
            mine = str(self.data).encode() in environment or str(self.data) in command
            if what in command and mine and state != "Z":
                found.append(int(folder.name))
        return sorted(found)

    def kill(self, what: str, index: int = 0) -> int:
        """SIGKILLs one child and says which."""
        pid = self.pids(what)[index]
        os.kill(pid, signal.SIGKILL)
        return pid

    def user(self, name: str = "") -> Api:
        """A new user, logged in."""
        api = Api(self.url)
        api.register(name or f"user-{secrets.token_hex(4)}")
        return api

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}"
            for path in sorted((self.data / "logs").glob("*.log"))
        )


class Api:
    """Surface A as a client sees it."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.id = 0
        self.token = ""

    def register(self, name: str, password: str = "secret") -> None:
        body = {"username": name, "password": password}
        answer = self.http.post("/api/register", json=body)
        assert answer.status_code == 200, answer.text
        self.id = answer.json()["id"]
        self.token = self.http.post("/api/login", json=body).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def new(self, **wishes: Any) -> int:
        answer = self.http.post("/api/task/new", json={"topic": "Magnet Mania", "main_role": "Penny", **wishes})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["task_id"])

    def execute(self, task: int, segment: int, wait_s: int = 60, **query: Any) -> httpx.Response:
        return self.http.post(
            f"/api/task/{task}/execute/{segment}", params=query, headers={"Prefer": f"wait={wait_s}"}, timeout=90
        )

    def start(self, task: int, segment: int) -> None:
        headers = {"Prefer": "respond-async"}
        assert self.http.post(f"/api/task/{task}/execute/{segment}", headers=headers).status_code in (200, 202)

    def progress(self, task: int) -> dict[str, Any]:
        answer = self.http.get(f"/api/task/{task}/progress")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def until(self, task: int, seconds: float = 60, **wanted: Any) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                last = self.progress(task)
            except (httpx.HTTPError, AssertionError) as error:  # while something is being restarted
                last = {"error": repr(error)}
            if all(last.get(name) == value for name, value in wanted.items()):
                return last
            time.sleep(0.05)
        raise AssertionError(f"after {seconds} s: {last}, wanted {wanted}")

    def run(self, task: int, *segments: int) -> None:
        for segment in segments or range(1, 6):
            self.execute(task, segment)
            self.until(task, current_segment=segment)

    def urls(self, task: int, segment: int) -> list[str]:
        answer = self.http.get(f"/api/task/{task}/resource", params={"segmentId": segment})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["urls"])

    def download(self, url: str, **headers: str) -> httpx.Response:
        return self.http.get("/api/resource", params={"url": url}, headers=headers)

    def events(self, task: int) -> list[dict[str, Any]]:
        """All stored events of a task so far, over SSE from the beginning."""
        found: list[dict[str, Any]] = []
        with self.http.stream("GET", f"/api/task/{task}/events", params={"after": 0}, timeout=1.5) as answer:
            assert answer.status_code == 200
            name, ident = "", ""
            try:
                for line in answer.iter_lines():
                    field, _, value = line.partition(": ")
                    if field == "event":
                        name = value
                    elif field == "id":
                        ident = value
                    elif field == "data" and ident:
                        found.append({"event": name, "id": ident, **json.loads(value)})
                    elif not line:
                        name, ident = "", ""
            except httpx.ReadTimeout:
                pass
        return found


@contextmanager
def running_stack(data: Path, media: int = 2, **environment: str) -> Iterator[RunningStack]:
    port = free_port()
    command = [sys.executable, "-m", "talewright.cli", "up", "--data", str(data), "--port", str(port)]
    output = (data.parent / f"{data.name}.out").open("wb")
    process = subprocess.Popen(
        [*command, "--media", str(media)], cwd=ROOT, stdout=output, stderr=output, env=os.environ | environment
    )
    stack = RunningStack(data, f"http://127.0.0.1:{port}", process)
    try:
        _wait(stack)
        yield stack
    finally:
        if process.poll() is None:
            stack.stop()


def _wait(stack: RunningStack, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert stack.process.poll() is None, stack.logs()
        try:
            if httpx.get(f"{stack.url}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not healthy: {stack.logs()}")
