"""`docker compose down` and `up` again: everything is still there, and nothing is made anew but what was asked for."""

from __future__ import annotations

from tests.compose.project import Project
from tests.e2e.stack import Api

RENEWED = ("accounts_password", "readmodel_password", "nats_media_password", "s3_secret_key")


def test_down_and_up_keep_everything(project: Project) -> None:
    user = project.user("keeper")
    task = user.new(seed=21)
    user.start(task, 1)
    user.until(task, seconds=120, current_segment=1)
    script = user.download(f"generated_stories/{task}/script_data.json").content
    secrets, before = project.vault(), project.inside("events.py", "tools")

    project.down()
    assert project.compose("run", "--rm", "secrets").split() == []  # nothing is missing, so nothing is made
    assert project.vault() == secrets
    project.compose("run", "--rm", "secrets", "renew", *RENEWED)
    project.up()

    assert {name for name, value in project.vault().items() if value != secrets[name]} == set(RENEWED)
    again = Api(project.url)
    answer = again.http.post("/api/login", json={"username": "keeper", "password": "secret"})
    again.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    assert again.progress(task)["current_segment"] == 1
    assert again.download(f"generated_stories/{task}/script_data.json").content == script
    assert user.progress(task)["current_segment"] == 1  # a token from before is good: the signing key is the same
    after = project.inside("events.py", "tools")
    assert after["wrong"] == []
    assert after["stored"] >= before["stored"]
    again.start(task, 2)
    again.until(task, seconds=120, current_segment=2)  # work goes on with the new passwords


def test_the_doctor_finds_nothing_wrong(project: Project) -> None:
    said = project.compose("run", "--rm", "tools", "doctor")
    assert "PROBLEM" not in said
    assert "Not asked" not in said
