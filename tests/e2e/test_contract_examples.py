"""The curl examples of the story-task contract, in their order, with a real curl; and the tools for operators."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.e2e.scripts import adapted, bash, blocks
from tests.e2e.stack import ROOT, RunningStack

pytestmark = pytest.mark.timeout(120)

HOST, USER = "http://127.0.0.1:8000", '"username":"u1"'


def test_the_documents_curl_examples_in_order(stack: RunningStack) -> None:
    assert shutil.which("curl"), "curl is needed to try the contract's examples"
    name = f"user-{secrets.token_hex(4)}"
    script = adapted("stories_curl.sh", {HOST: stack.url, USER: f'"username":"{name}"'})
    steps = blocks(script)
    known: dict[str, str] = {}

    def told(number: int) -> Any:
        # A reader puts his own in place of `<your_access_token>` and `<your_task_id>`.
        printed = bash(
            re.sub(r"<your_(\w+)>", lambda found: known[found[1]], steps[number]),
            ACCESS=known.get("access_token", ""),
            TASK_ID=known.get("task_id", ""),
        )
        return json.loads(printed)

    registered = told(0)
    assert registered["username"] == name
    assert isinstance(registered["id"], int)
    login = bash(steps[1])
    cookie = re.search(r"^set-cookie: refresh_token=[^;]+;(.+)$", login, re.M | re.I)
    assert cookie
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie[1].split(";")}
    token = json.loads(re.split(r"\r?\n\r?\n", login, maxsplit=1)[1])
    assert token["token_type"] == "Bearer"
    known["access_token"] = token["access_token"]
    known["task_id"] = str(told(2)["task_id"])
    assert told(3)["accepted"] is True
    assert told(4)["current_segment"] == 1
    assert told(5) == {"detail": "Segment not completed yet"}  # the third is asked for, the first was run
    steps[5] = steps[5].replace("segmentId=3", "segmentId=1")
    assert told(5)["resources"][0] == f"generated_stories/{known['task_id']}/segment_1.txt"
    assert told(6) == {"deleted": True}
    assert told(4) == {"detail": "Task not found"}


def tool(stack: RunningStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A tool for operators, as typed on the machine of the stack."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TALEWRIGHT_")}
    return subprocess.run(
        [sys.executable, "-m", "talewright.cli", *arguments],
        cwd=ROOT,
        env={**kept, "TALEWRIGHT_DATA": str(stack.data)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_operators_tools_find_the_running_stack(stack: RunningStack) -> None:
    user = stack.user()
    task = user.new()
    user.run(task, 1)
    verified = tool(stack, "views", "verify")
    assert verified.returncode == 0, verified.stderr
    assert "0 differ." in verified.stdout
    rebuilt = tool(stack, "views", "rebuild")
    assert "Serving generation 2." in rebuilt.stdout, rebuilt.stderr
    assert user.progress(task)["current_segment"] == 1  # the gateway serves the new generation
    user.run(task, 2)
    assert tool(stack, "dead-letters", "list").stdout.strip() == "0 dead letters"
    missing = tool(stack, "dead-letters", "replay", "99")
    assert missing.returncode == 1
    assert "There is no dead letter 99." in missing.stderr
    listed = tool(stack, "users", "list")
    assert "demo@example.com" in listed.stdout


def test_tools_say_when_nothing_is_running(stack: RunningStack, tmp_path: object) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "talewright.cli", "dead-letters", "list"],
        cwd=ROOT,
        env={**os.environ, "TALEWRIGHT_DATA": str(tmp_path), "TALEWRIGHT_NATS_URL": "nats://127.0.0.1:1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
