"""The dashboard: what is committed is what the definitions say, and Grafana can show it."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.observability.files import DASHBOARD, FOLDER, alerts, builder, dashboard, panels

GRAFANA = FOLDER / "grafana"
ALERTS = {rule["alert"] for rule in alerts()}


def test_committed_json_is_current() -> None:
    assert DASHBOARD.read_text() == builder().text(), "run deploy/observability/grafana/build.py"


def test_check_says_whether_it_is_current(tmp_path, monkeypatch) -> None:
    assert builder().main(["--check"]) == 0
    monkeypatch.setattr(builder(), "DASHBOARD", tmp_path / "old.json")
    assert builder().main(["--check"]) == 1


def test_ids_are_unique_and_titles_too() -> None:
    everything = dashboard()["panels"]
    for key in ("id", "title"):
        values = [panel[key] for panel in everything]
        assert len(values) == len(set(values))


def test_nothing_overlaps_and_nothing_sticks_out() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        assert place["x"] >= 0
        assert place["x"] + place["w"] <= 24
        assert place["w"] > 0
        assert place["h"] > 0
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]


def test_lines_of_panels_are_full() -> None:
    """A hole in a row is a mistake in a width."""
    for top in {panel["gridPos"]["y"] for panel in panels()}:
        assert sum(panel["gridPos"]["w"] for panel in panels() if panel["gridPos"]["y"] == top) == 24, top


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows(panel: dict) -> None:
    assert len(panel["description"]) > 20
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert panel["targets"]
    for target in panel["targets"]:
        assert target["datasource"] == panel["datasource"]
        assert not re.search(r"\[\d+[sm]\]", target["expr"]) or "15m" in target["expr"], "rates follow $__rate_interval"
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert steps[0]["value"] is None
    assert [one["value"] for one in steps[1:]] == sorted(one["value"] for one in steps[1:])


def test_links_lead_to_runbooks_of_alerts() -> None:
    linked = {link["url"].partition("#")[2] for panel in panels() for link in panel["links"]}
    assert linked == {name.lower() for name in ALERTS}, "an alert without a panel, or a panel with a dead link"
    assert all(link["url"].startswith("${runbooks}#") for panel in panels() for link in panel["links"])


def test_thresholds_of_panels_are_those_of_alerts() -> None:
    """The numbers stand in both; they must not drift apart."""
    limits = {rule["alert"]: rule["expr"] for rule in alerts()}
    for title, alert, value in (
        ("Views behind by", "TalewrightProjectionBehind", "10"),
        ("A new job waits", "TalewrightJobsWaitLong", "600"),
        ("Commands answered within (p95)", "TalewrightCommandsSlow", "1"),
        ("How long an append takes", "TalewrightAppendsSlow", "0.25"),
        ("How long a request takes (p95)", "TalewrightAuthSlow", "2"),
        ("Views behind, in events", "TalewrightProjectionFarBehind", "5000"),
        ("Share of jobs that fail", "TalewrightMostJobsFail", "0.5"),
    ):
        panel = next(one for one in panels() if one["title"] == title)
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][-1]["value"] == float(value)
        assert re.search(rf"> {re.escape(value)}\b", limits[alert])


def test_variables_are_used_and_used_ones_are_there() -> None:
    named = {one["name"] for one in dashboard()["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]\w*)", DASHBOARD.read_text()))
    assert named == used


def test_provisioning_names_the_source_and_the_folder() -> None:
    source = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yaml").read_text())["datasources"][0]
    assert (source["type"], source["url"], source["isDefault"]) == ("prometheus", "http://prometheus:9090", True)
    scrape = yaml.safe_load((FOLDER / "prometheus/prometheus.yml").read_text())["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == scrape
    provider = yaml.safe_load((GRAFANA / "provisioning/dashboards/talewright.yaml").read_text())["providers"][0]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"


def test_the_collector_refuses_before_it_is_killed() -> None:
    collector = yaml.safe_load((FOLDER / "otel/collector.yaml").read_text())
    pipeline = collector["service"]["pipelines"]["traces"]
    assert pipeline["processors"][0] == "memory_limiter"
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) <= set(collector[part])
    assert set(collector["service"]["extensions"]) <= set(collector["extensions"])
