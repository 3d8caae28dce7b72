"""Every metric, label, bucket and word of a label that a rule or a panel names is one that a service tells."""

from __future__ import annotations

import re

import pytest

from tests.observability.files import alerts, dashboard, panels, queries, rules
from tests.observability.known import labels_in, labels_of, series
from tests.observability.promql import Matcher, Selector, grouped, selectors

EXPRESSIONS = {
    **{f"{n}: {rule.get('alert') or rule['record']}": rule["expr"] for n, rule in enumerate(rules())},
    **queries(),
}
WORDS_OF = ("outcome", "state", "kind")
"""Labels whose words stand in the metric's own help; `kind` only where it is a kind of stream."""


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_metrics_and_labels_are_told(where: str) -> None:
    expr = EXPRESSIONS[where]
    asked = selectors(expr)
    assert asked or expr.startswith("vector("), "the expression names no metric"
    for name, matchers in asked:
        labels = labels_of(name)
        assert labels is not None, f"nobody tells {name}"
        assert {one.label for one in matchers} <= labels, f"{name} has only {sorted(labels)}"
    assert grouped(expr) <= labels_in(expr) | {"le"}


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_buckets_and_words_are_told(where: str) -> None:
    for name, matchers in selectors(EXPRESSIONS[where]):
        if name not in series():
            continue
        told = series()[name]
        for label, sign, value in matchers:
            if label == "le":
                assert float(value) in told.buckets, f"{name} has no bucket {value}"
            elif label in WORDS_OF and sign in ("=", "!=") and label in told.about:
                assert re.search(rf"\b{re.escape(value)}\b", told.about), f"{name} knows no {label} {value}"


def test_alerts_speak_of_labels_they_have() -> None:
    for rule in alerts():
        words = " ".join(rule["annotations"].values())
        for label in re.findall(r"\$labels\.(\w+)", words):
            assert label in labels_in(rule["expr"]), f"{rule['alert']} has no label {label}"


def test_legends_and_columns_are_labels_of_their_queries() -> None:
    for panel in panels():
        asked = [(one["legendFormat"], labels_in(one["expr"])) for one in panel["targets"]]
        for legend, labels in asked:
            assert set(re.findall(r"{{(\w+)}}", legend)) <= labels, panel["title"]
        if panel["type"] == "table":
            columns = set(panel["transformations"][-1]["options"]["renameByName"])
            known = set().union(*(labels for _, labels in asked)) | {"Value"} | {f"Value #{c}" for c in "ABCDEFGH"}
            assert columns <= known, panel["title"]


def test_variables_ask_for_what_is_told() -> None:
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            name, label = re.fullmatch(r"label_values\((\w+).*, (\w+)\)", variable["definition"]).groups()
            assert label in (labels_of(name) or ()), variable["name"]


def test_the_parser_sees_what_is_there() -> None:
    """Or everything above would pass for nothing."""
    expr = 'sum by (job, le) (rate(a_total{x="y",z!~"q{}"}[5m])) > on (job) group_left b:c:5m or vector(0)'
    first = Selector("a_total", (Matcher("x", "=", "y"), Matcher("z", "!~", "q{}")))
    assert selectors(expr) == [first, Selector("b:c:5m", ())]
    assert grouped(expr) == {"job", "le"}
    assert labels_of("talewright_dead_letter") is None
