"""Writes `rules.yaml`: the rules of deploy/observability/prometheus as an object of the Prometheus Operator's.

python deploy/k8s/components/monitoring/make_rules.py
"""

from __future__ import annotations

from pathlib import Path

import yaml

HERE = Path(__file__).parent
RULES = HERE.parents[2] / "observability" / "prometheus" / "rules"
HEADER = "# Made by make_rules.py from deploy/observability/prometheus/rules; change those, then run it.\n"


def manifest() -> str:
    """The text of `rules.yaml`."""
    groups = [group for file in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(file.read_text())["groups"]]
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "talewright"},
        "spec": {"groups": groups},
    }
    return HEADER + yaml.safe_dump(rule, sort_keys=False, width=120, allow_unicode=True)


if __name__ == "__main__":
    (HERE / "rules.yaml").write_text(manifest())
