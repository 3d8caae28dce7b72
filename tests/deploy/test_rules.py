"""The Prometheus Operator's rules are those of deploy/observability, and know the parts by the names they have here."""

from __future__ import annotations

import importlib.util
import re

from tests.deploy.manifests import K8S, SERVICES, rendered

_HERE = K8S / "components" / "monitoring"


def test_rules_are_current() -> None:
    spec = importlib.util.spec_from_file_location("make_rules", _HERE / "make_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (_HERE / "rules.yaml").read_text() == module.manifest(), f"run {_HERE.name}/make_rules.py"


def test_jobs_in_rules_are_names_of_pods() -> None:
    """A rule that asks for a job that no target has never fires."""
    told = (_HERE / "rules.yaml").read_text()
    jobs = {word for found in re.findall(r'job=~?\\?"([^"\\]+)', told) for word in re.split(r"[|()]", found)}
    pods = {pod.labels["app.kubernetes.io/name"] for pod in rendered("full").pods() if pod.name in SERVICES}
    known = pods | {"nats", "otel-collector", "prometheus"}
    assert not {job for job in jobs if re.fullmatch(r"[a-z-]+", job) and job not in known}
