"""Real Prometheus on a real stack: a story is told, every panel has something to show, and no alert stirs."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.e2e.stack import Api, free_port, running_stack
from tests.observability.files import FOLDER, PROMETHEUS, queries, recorded, rules

EMPTY_WHEN_WELL = {
    *("Alerts", "annotation Critical alerts", "Commands that were not done", "Appends that did not go through"),
    *(
        "Share of jobs that fail",
        "Jobs failed, retried or repeated",
        "Kinds of jobs in the time shown / B",
        "Given up / A",
    ),
    *("Billed in the last hour", "Billed an hour / A", "Billed, by model", "Worth in the time shown"),
    *("Orders sent", "Breakers"),  # nothing is bought
    *("Requests by status / B", "Requests by status / D"),  # no 3xx, no 5xx
    "Share of requests that fail / C",  # long windows are recorded every two minutes only
}
"""Panels, or single queries of panels, that have nothing to show while all is well and nothing is bought."""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_story_shows_on_the_dashboard_and_wakes_nobody(prometheus: str, tmp_path: Path) -> None:
    with running_stack(tmp_path / "data", TALEWRIGHT_MEDIA_JOBS_AT_ONCE="2") as stack:
        ops = json.loads((stack.data / "ops.json").read_text())
        with watched(prometheus, tmp_path, ops) as asked:
            tell_a_story(stack.user())
            _until(lambda: asked('sum(talewright_job_duration_seconds_count{kind="speak_page"}) > 1'))
            missing = _until(lambda: not _without_data(asked), lambda: _without_data(asked))
            assert not missing
            assert asked("ALERTS") == [], "pending counts, too"
            assert _broken_rules(asked) == {}


def tell_a_story(api: Api) -> None:
    """Four segments, somebody who watches, and what goes wrong on any day: a wrong password, a path nobody serves."""
    task = api.new(duration="short")
    api.run(task, 1, 2, 3, 4)
    api.events(task)
    for _ in range(3):
        api.progress(task)
        api.http.get("/nothing/here")
        api.http.post("/api/login", json={"username": "nobody", "password": "wrong"})
        time.sleep(1.5)


def configuration(ops: dict[str, str]) -> dict[str, Any]:
    """The one we ship, with fixed addresses where it asks DNS, and quicker."""
    wanted: dict[str, Any] = yaml.safe_load(PROMETHEUS.read_text())
    wanted["global"] |= {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    wanted["rule_files"] = [str(FOLDER / "prometheus" / "rules" / "*.yml")]
    del wanted["alerting"]
    ours = [job for job in wanted["scrape_configs"] if job["job_name"].startswith("talewright-")]
    for job in ours:
        del job["dns_sd_configs"]
        service = job["job_name"].removeprefix("talewright-")
        job["static_configs"] = [
            {"targets": [_host(url) for name, url in ops.items() if name.split("-")[0] == service]}
        ]
    return {**wanted, "scrape_configs": ours}


def _host(url: str) -> str:
    return url.removeprefix("http://")


@contextmanager
def watched(prometheus: str, folder: Path, ops: dict[str, str]) -> Iterator[Any]:
    """Prometheus runs; gives a function from a query to its series."""
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration(ops)))
    url = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [
            *(prometheus, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}"),
            f"--web.listen-address={_host(url)}",
        ],
        stderr=(folder / "prometheus.log").open("wb"),
    )

    def asked(query: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{url}/api/v1/query", params={"query": query})
        if answer.status_code == 503:
            raise httpx.HTTPError("it is starting")
        assert answer.status_code == 200, (query, answer.text)
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    asked.url = url  # type: ignore[attr-defined]
    try:
        _until(lambda: len(asked('up{job=~"talewright-.*"} == 1')) == len(ops))
        yield asked
    finally:
        process.terminate()
        process.wait(20)


def _without_data(asked: Any) -> list[str]:
    """Panels that should show something and do not."""
    shown = {where: asked(expr) for where, expr in queries().items()}
    empty = [where for where, found in shown.items() if not found]
    return [where for where in empty if not {where, where.partition(" / ")[0]} & EMPTY_WHEN_WELL]


def _broken_rules(asked: Any) -> dict[str, str]:
    groups = httpx.get(f"{asked.url}/api/v1/rules").json()["data"]["groups"]
    found = [rule for group in groups for rule in group["rules"]]
    assert len(found) == len(rules()) > len(recorded())
    return {rule["name"]: rule["lastError"] for rule in found if rule["health"] == "err"}


def _until(true: Any, else_: Any = None, seconds: float = 40) -> Any:
    """Waits for something to be true; then nothing, or what `else_` says is still the matter."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return None
        except httpx.HTTPError:  # not yet
            pass
        time.sleep(0.5)
    if else_ is None:
        raise AssertionError("not within the time")
    return else_()
