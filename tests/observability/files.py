"""What is under test: the files of deploy/observability, read."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "observability"
PROMETHEUS = FOLDER / "prometheus" / "prometheus.yml"
RULES = sorted((FOLDER / "prometheus" / "rules").glob("*.yml"))
UNIT_TESTS = sorted((Path(__file__).parent / "rules").glob("*.test.yml"))
RUNBOOKS = ROOT / "docs" / "runbooks.md"
DASHBOARD = FOLDER / "grafana" / "dashboards" / "talewright.json"

Json = dict[str, Any]


@cache
def rules() -> list[Json]:
    """All rules of all files, in order."""
    documents = [yaml.safe_load(path.read_text()) for path in RULES]
    return [rule for document in documents for group in document["groups"] for rule in group["rules"]]


def alerts() -> list[Json]:
    return [rule for rule in rules() if "alert" in rule]


def recorded() -> dict[str, str]:
    """Names of recording rules with their expressions."""
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}


@cache
def dashboard() -> Json:
    found: Json = json.loads(DASHBOARD.read_text())
    return found


def panels() -> list[Json]:
    """All but the headings of rows."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def queries() -> dict[str, str]:
    """Every query of the dashboard as Prometheus gets it, by where it stands."""
    found = {
        f"{panel['title']} / {target['refId']}": target["expr"] for panel in panels() for target in panel["targets"]
    }
    found |= {f"annotation {one['name']}": one["expr"] for one in dashboard()["annotations"]["list"]}
    return {where: filled_in(expr) for where, expr in found.items()}


def filled_in(expr: str, rate: str = "5m", shown: str = "1h") -> str:
    """What Grafana makes of its variables when everything is chosen."""
    expr = expr.replace("$__rate_interval", rate).replace("$__range", shown)
    return re.sub(r"\$(job|instance|provider)\b", ".*", expr)


@cache
def builder() -> ModuleType:
    """deploy/observability/grafana/build.py, which is a script and no package."""
    folder = FOLDER / "grafana"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("talewright_dashboard_build", folder / "build.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module
