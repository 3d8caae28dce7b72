"""The rules: promtool takes them, every alert fires when it should and is silent when not, and has a runbook."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from tests.observability.files import PROMETHEUS, RULES, RUNBOOKS, UNIT_TESTS, alerts, filled_in, queries

NAMES = sorted({rule["alert"] for rule in alerts()})


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_takes_configuration_and_rules(promtool: str) -> None:
    run(promtool, "check", "config", str(PROMETHEUS))
    run(promtool, "check", "rules", "--lint=all", "--lint-fatal", *map(str, RULES))


@pytest.mark.parametrize("path", UNIT_TESTS, ids=lambda path: path.stem)
def test_alerts_fire_when_they_should(promtool: str, path: object) -> None:
    run(promtool, "test", "rules", str(path))


def test_every_file_of_rules_has_unit_tests() -> None:
    tested = {path.name.removesuffix(".test.yml").removesuffix("-days") for path in UNIT_TESTS}
    assert tested == {path.stem for path in RULES} - {"recording"}


@pytest.mark.parametrize("name", NAMES)
def test_every_alert_is_seen_firing_and_silent(name: str) -> None:
    """In one history at least: silent at a moment, firing at a later one."""
    assert any(_fires(one, name) and _silent_before(one, name) for one in _histories())


def _histories() -> Iterator[list[dict]]:
    for path in UNIT_TESTS:
        for history in yaml.safe_load(path.read_text())["tests"]:
            asked = [one for one in history.get("promql_expr_test", []) if "ALERTS" in one["expr"]]
            told = history.get("alert_rule_test", [])
            fired = [{"exp_samples": [{"labels": f'"{one["alertname"]}"'}]} for one in told if one["exp_alerts"]]
            yield asked + fired


def _fires(moments: list[dict], name: str) -> bool:
    return any(f'"{name}"' in sample["labels"] for one in moments for sample in one["exp_samples"])


def _silent_before(moments: list[dict], name: str) -> bool:
    return any(not _fires([one], name) for one in moments)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_is(rule: dict) -> None:
    said = rule["annotations"]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["alert"].startswith("Talewright")
    assert len(said["summary"]) < 120
    assert said["description"].endswith(".")
    assert said["runbook_url"] == f"{{{{ $externalLabels.runbooks }}}}#{rule['alert'].lower()}"


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    headings = re.findall(r"^## (Talewright\w+)$", RUNBOOKS.read_text(), re.MULTILINE)
    assert sorted(headings) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_says_what_to_do(name: str) -> None:
    section = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", RUNBOOKS.read_text(), re.MULTILINE | re.DOTALL)
    assert section is not None
    for part in ("**Means.**", "**Users**", "**Look.**", "**Do.**", "**Escalate**"):
        assert part in section[1], f"no {part}"


def test_runbook_links_lead_somewhere() -> None:
    text = RUNBOOKS.read_text()
    anchors = {
        re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        assert "://" in target or not path or (RUNBOOKS.parent / path).exists(), target
        assert path or anchor in anchors, target


def test_the_configuration_says_where_runbooks_are() -> None:
    configuration = yaml.safe_load(PROMETHEUS.read_text())
    assert configuration["global"]["external_labels"]["runbooks"]
    jobs = {one["job_name"]: one for one in configuration["scrape_configs"]}
    for service in ("gateway", "auth", "tasks", "media"):
        job = jobs[f"talewright-{service}"]
        assert job["honor_labels"] is True
        assert job["dns_sd_configs"][0]["names"] == [service]
        assert job["dns_sd_configs"][0]["port"] == 9090


def test_queries_of_the_dashboard_parse(promtool: str, tmp_path: object) -> None:
    """promtool has no parser for a single query, but it parses rules."""
    found = [{"record": f"q:{n}", "expr": expr} for n, expr in enumerate(map(filled_in, queries().values()))]
    path = tmp_path / "queries.yml"  # type: ignore[operator]
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": found}]}))
    run(promtool, "check", "rules", str(path))
