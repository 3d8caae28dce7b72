"""From a panel's definition to what Grafana reads. One function a kind of panel; all pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

GRID = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
RUNBOOKS = "${runbooks}"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def row_of(number: int, title: str, top: int) -> Json:
    """A row's heading."""
    place = {"x": 0, "y": top, "w": GRID, "h": 1}
    return {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}


def panel_of(number: int, definition: Json, place: Json) -> Json:
    """A panel at its place. `definition` has title, kind, unit, description and queries; the rest is optional."""
    kind = definition.get("kind", "timeseries")
    panel = {
        "id": number,
        "type": kind,
        "title": definition["title"],
        "description": " ".join(definition["description"].split()),
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [_target(n, query, kind) for n, query in enumerate(definition["queries"])],
        "links": [_runbook(alert) for alert in definition.get("runbooks", [])],
        "fieldConfig": {"defaults": _defaults(definition), "overrides": _overrides(definition)},
        "options": {},
    }
    _KINDS[kind](panel, definition)
    return panel


def _target(n: int, query: Json, kind: str) -> Json:
    now = kind in ("stat", "table", "bargauge")
    return {
        "refId": _LETTERS[n],
        "datasource": SOURCE,
        "expr": " ".join(query["expr"].split()),
        "legendFormat": query.get("legend", ""),
        "instant": now,
        "range": not now,
        "editorMode": "code",
        **({"format": "table"} if kind == "table" else {}),
        **({"format": "heatmap"} if kind == "heatmap" else {}),
        "exemplar": False,
    }


def _runbook(alert: str) -> Json:
    return {"title": f"Runbook: {alert}", "url": f"{RUNBOOKS}#{alert.lower()}", "targetBlank": True}


def _defaults(definition: Json) -> Json:
    """Unit, limits and colours of values. Thresholds are `[from, colour]`, the first one from below."""
    steps = [{"color": colour, "value": value} for value, colour in definition.get("thresholds", [[None, "green"]])]
    wanted: Json = {key: definition[key] for key in ("min", "max", "decimals") if key in definition}
    return {
        "unit": definition["unit"],
        **wanted,
        "thresholds": {"mode": "absolute", "steps": steps},
        "mappings": _mappings(definition.get("words", {})),
        **({"noValue": definition["none"]} if "none" in definition else {}),
    }


def _mappings(words: Json) -> list[Json]:
    """Numbers as words: `{value: [text, colour]}`."""
    if not words:
        return []
    options = {
        str(value): {"text": text, "color": colour, "index": n}
        for n, (value, (text, colour)) in enumerate(words.items())
    }
    return [{"type": "value", "options": options}]


def _overrides(definition: Json) -> list[Json]:
    """`colours` by a pattern of the series' names; `units` by that of a column or of a series with its own axis."""
    found = [
        {
            "matcher": {"id": "byRegexp", "options": pattern},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
        }
        for pattern, colour in definition.get("colours", {}).items()
    ]
    for column, unit in definition.get("units", {}).items():
        matcher = {"id": "byName", "options": column}
        apart = [{"id": "custom.axisPlacement", "value": "right"}] if definition.get("kind") is None else []
        found.append({"matcher": matcher, "properties": [{"id": "unit", "value": unit}, *apart]})
    return found


def _timeseries(panel: Json, definition: Json) -> None:
    stacked = definition.get("stacked", False)
    panel["fieldConfig"]["defaults"] |= {
        "color": {"mode": "palette-classic"},
        "custom": {
            "drawStyle": "bars" if definition.get("bars") else "line",
            "lineWidth": 1,
            "fillOpacity": 30 if stacked or definition.get("bars") else 5,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "line" if definition.get("lines") else "off"},
            "scaleDistribution": {"type": "log", "log": 10} if definition.get("log") else {"type": "linear"},
        },
    }
    panel["options"] = {
        "legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }


def _stat(panel: Json, definition: Json) -> None:
    panel["fieldConfig"]["defaults"]["color"] = {"mode": "thresholds"}
    panel["options"] = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "background",
        "graphMode": "none",
        "justifyMode": "center",
        "orientation": "auto",
        "textMode": "value",
        "wideLayout": True,
    }


def _bargauge(panel: Json, definition: Json) -> None:
    panel["fieldConfig"]["defaults"]["color"] = {"mode": "thresholds"}
    panel["options"] = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "displayMode": "basic",
        "orientation": "horizontal",
        "showUnfilled": True,
        "minVizHeight": 16,
        "minVizWidth": 8,
    }


def _state_timeline(panel: Json, definition: Json) -> None:
    panel["fieldConfig"]["defaults"] |= {"color": {"mode": "thresholds"}, "custom": {"fillOpacity": 70, "lineWidth": 0}}
    panel["options"] = {
        "mergeValues": True,
        "showValue": "never",
        "alignValue": "left",
        "rowHeight": 0.8,
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
        "tooltip": {"mode": "single", "sort": "none"},
    }


def _heatmap(panel: Json, definition: Json) -> None:
    panel["options"] = {
        "calculate": False,
        "cellGap": 1,
        "color": {"mode": "scheme", "scheme": "Blues", "steps": 32, "reverse": False, "exponent": 0.5},
        "yAxis": {"unit": definition["unit"], "axisPlacement": "left"},
        "tooltip": {"mode": "single", "yHistogram": False},
        "legend": {"show": False},
    }


def _table(panel: Json, definition: Json) -> None:
    """Columns in the order of `columns` (`{label or "Value #A": heading}`); everything else is left out."""
    columns: dict[str, str] = definition["columns"]
    panel["fieldConfig"]["defaults"]["custom"] = {"align": "auto", "cellOptions": {"type": "auto"}}
    panel["options"] = {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"]}}
    if definition.get("sort"):
        panel["options"]["sortBy"] = [{"displayName": definition["sort"], "desc": True}]
    joined = [{"id": "merge", "options": {}}] if len(definition["queries"]) > 1 else []
    panel["transformations"] = [
        *joined,
        {"id": "filterFieldsByName", "options": {"include": {"names": list(columns)}}},
        {
            "id": "organize",
            "options": {"indexByName": {name: n for n, name in enumerate(columns)}, "renameByName": columns},
        },
    ]


_KINDS: dict[str, Callable[[Json, Json], None]] = {
    "timeseries": _timeseries,
    "stat": _stat,
    "bargauge": _bargauge,
    "state-timeline": _state_timeline,
    "heatmap": _heatmap,
    "table": _table,
}


def variable_of(definition: Json) -> Json:
    """A variable: the data source, a constant, or the values of a label."""
    named = {"name": definition["name"], "label": definition["label"], "description": definition["description"]}
    match definition["kind"]:
        case "datasource":
            return {**named, "type": "datasource", "query": "prometheus", "refresh": 1, "regex": "", "current": {}}
        case "constant":
            value = definition["value"]
            chosen = {"text": value, "value": value, "selected": True}
            return {**named, "type": "constant", "query": value, "hide": 2, "current": chosen, "options": [chosen]}
    query = f"label_values({definition['of']})"
    return {
        **named,
        "type": "query",
        "datasource": SOURCE,
        "definition": query,
        "query": {"query": query, "refId": f"variable-{definition['name']}"},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"], "selected": True},
        "hide": 0,
        "regex": "",
    }


def annotation(definition: Json) -> Json:
    """Marks on all graphs. `value_is_time`: the query's value says when, in milliseconds."""
    return {
        "name": definition["name"],
        "datasource": SOURCE,
        "enable": definition["shown"],
        "hide": False,
        "iconColor": definition["colour"],
        "expr": definition["expr"],
        "titleFormat": definition["words"],
        "textFormat": definition.get("text", ""),
        "step": "15s",
        "useValueForTime": "on" if definition.get("value_is_time") else False,
    }
