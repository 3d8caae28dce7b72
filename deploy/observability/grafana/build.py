"""Writes `dashboards/talewright.json` from the definitions beside this file.

    python deploy/observability/grafana/build.py            # write it
    python deploy/observability/grafana/build.py --check    # exit 1 if the file is not what the definitions say

A definition is a row: its title and its panels with queries, in words that can be reviewed. What Grafana wants besides
(ids, places on the grid, data sources, options of each kind of panel) is worked out here and in `panels.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from panels import GRID, annotation, panel_of, row_of, variable_of

HERE = Path(__file__).parent
DEFINITIONS = HERE / "definitions"
DASHBOARD = HERE / "dashboards" / "talewright.json"
SCHEMA_VERSION = 39
"""Grafana 10.4 and later read it, and bring it up to date themselves."""


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana reads it."""
    about = _read(DEFINITIONS / "dashboard.yaml")
    return {
        "annotations": {"list": [annotation(one) for one in about["annotations"]]},
        "description": about["description"],
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "id": None,
        "links": about["links"],
        "liveNow": False,
        "panels": list(_placed(about["rows"])),
        "refresh": about["refresh"],
        "schemaVersion": SCHEMA_VERSION,
        "tags": about["tags"],
        "templating": {"list": [variable_of(one) for one in about["variables"]]},
        "time": {"from": about["from"], "to": "now"},
        "timepicker": {},
        "timezone": "",
        "title": about["title"],
        "uid": about["uid"],
        "weekStart": "",
    }


def text() -> str:
    """The file's content."""
    return json.dumps(dashboard(), indent=2, ensure_ascii=False) + "\n"


def _placed(names: list[str]) -> Iterator[dict[str, Any]]:
    """Rows and their panels from left to right and from top to bottom; what does not fit begins a new line."""
    number, top = 0, 0
    for name in names:
        row = _read(DEFINITIONS / f"{name}.yaml")
        number, left, height = number + 1, 0, 0
        yield row_of(number, row["title"], top)
        top += 1
        for definition in row["panels"]:
            width, tall = definition.get("width", 8), definition.get("height", row.get("height", 8))
            if left + width > GRID:
                top, left, height = top + height, 0, 0
            number += 1
            yield panel_of(number, definition, {"x": left, "y": top, "w": width, "h": tall})
            left, height = left + width, max(height, tall)
        top += height


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    return content


def main(arguments: list[str]) -> int:
    """The command."""
    if "--check" in arguments:
        current = DASHBOARD.exists() and DASHBOARD.read_text() == text()
        print("current" if current else f"{DASHBOARD.name} is not what the definitions say: run {Path(__file__).name}")
        return 0 if current else 1
    DASHBOARD.write_text(text())
    print(f"{DASHBOARD.name}: {len(dashboard()['panels'])} panels")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
