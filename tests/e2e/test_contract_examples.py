"""The curl examples of the story-task contract, in their order, with a real curl; and the tools for operators."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys

import pytest

from tests.e2e.stack import ROOT, RunningStack

pytestmark = pytest.mark.timeout(120)

EXAMPLES = """
curl -s -X POST $BASE/api/register -H "Content-Type: application/json" -d '{"username":"NAME","password":"p1"}'
curl -s -i -X POST $BASE/api/login -H "Content-Type: application/json" -d '{"username":"NAME","password":"p1"}'
curl -s -X POST $BASE/api/task/new -H "Authorization: Bearer $ACCESS" -H "Content-Type: application/json" -d '{"topic":"Magnet Mania","main_role":"Penny"}'
curl -s -X POST $BASE/api/task/$TASK_ID/execute/1 -H "Authorization: Bearer $ACCESS"
curl -s -X GET $BASE/api/task/$TASK_ID/progress -H "Authorization: Bearer $ACCESS"
curl -s -X GET "$BASE/api/task/$TASK_ID/resource?segmentId=1" -H "Authorization: Bearer $ACCESS"
curl -s -X GET "$BASE/api/task/$TASK_ID/resource?segmentId=3" -H "Authorization: Bearer $ACCESS"
curl -s -X DELETE $BASE/api/task/$TASK_ID -H "Authorization: Bearer $ACCESS"
""".strip().splitlines()


def test_the_documents_curl_examples_in_order(stack: RunningStack) -> None:
    assert shutil.which("curl"), "curl is needed to try the contract's examples"
    known = {"BASE": stack.url}
    name = f"user-{secrets.token_hex(4)}"

    def run(number: int) -> str:
        command = EXAMPLES[number].replace("NAME", name)
        done = subprocess.run(
            ["bash", "-c", command], env={**os.environ, **known}, capture_output=True, text=True, check=True
        )
        return done.stdout

    registered = json.loads(run(0))
    assert registered["username"] == name
    assert isinstance(registered["id"], int)
    login = run(1)
    assert re.search(r"^set-cookie: refresh_token=[^;]+;", login, re.M | re.I)
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in login.split(";")} | {
        part.strip().lower() for line in login.splitlines() for part in line.split(";")
    }
    token = json.loads(login.split("\r\n\r\n" if "\r\n\r\n" in login else "\n\n", 1)[1])
    assert token["token_type"] == "Bearer"
    known["ACCESS"] = token["access_token"]
    known["TASK_ID"] = str(json.loads(run(2))["task_id"])
    assert json.loads(run(3))["accepted"] is True
    assert json.loads(run(4))["current_segment"] == 1
    assert json.loads(run(5))["resources"][0] == f"generated_stories/{known['TASK_ID']}/segment_1.txt"
    assert json.loads(run(6)) == {"detail": "Segment not completed yet"}
    assert json.loads(run(7)) == {"deleted": True}
    assert json.loads(run(4)) == {"detail": "Task not found"}


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
