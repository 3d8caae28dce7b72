"""Rendered Kubernetes manifests, and how the checks look at them."""

from __future__ import annotations

import copy
import functools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
VARIANTS = {"dev": K8S / "overlays" / "dev", "prod": K8S / "overlays" / "prod", "full": Path(__file__).parent / "full"}
WORKLOADS = ("Deployment", "StatefulSet", "Job")
SERVICES = ("gateway", "auth", "tasks", "media")

Object = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """A workload and the pods it makes."""

    owner: Object

    @property
    def name(self) -> str:
        return str(self.owner["metadata"]["name"])

    @property
    def template(self) -> Object:
        return self.owner["spec"]["template"]  # type: ignore[no-any-return]

    @property
    def labels(self) -> dict[str, str]:
        return self.template["metadata"]["labels"]  # type: ignore[no-any-return]

    @property
    def spec(self) -> Object:
        return self.template["spec"]  # type: ignore[no-any-return]

    @property
    def containers(self) -> list[Object]:
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    @property
    def main(self) -> Object:
        return self.spec["containers"][0]  # type: ignore[no-any-return]

    @property
    def ports(self) -> dict[str, int]:
        return {port["name"]: port["containerPort"] for one in self.containers for port in one.get("ports", [])}


class Manifests:
    """All objects of one overlay."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects

    def all(self, *kinds: str) -> Iterator[Object]:
        """The objects of these kinds."""
        return (one for one in self.objects if one["kind"] in kinds)

    def find(self, kind: str, name: str) -> Object | None:
        """One object. A generated name may be given without its hash."""
        for one in self.all(kind):
            found = one["metadata"]["name"]
            if found == name or (kind in ("ConfigMap", "Secret") and found.rpartition("-")[0] == name):
                return one
        return None

    def get(self, kind: str, name: str) -> Object:
        """The same, for what must be there."""
        found = self.find(kind, name)
        assert found is not None, f"no {kind} {name}"
        return found

    def pods(self) -> list[Pod]:
        """What makes pods."""
        return [Pod(one) for one in self.all(*WORKLOADS)]

    def pod(self, name: str) -> Pod:
        """The pods of one workload."""
        return next(pod for pod in self.pods() if pod.name == name)


@functools.cache
def _built(folder: Path) -> str:
    return subprocess.run(
        [kubectl(), "kustomize", str(folder)], check=True, capture_output=True, text=True, timeout=60
    ).stdout


@functools.cache
def _loaded(variant: str) -> list[Object]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [one for one in yaml.load_all(_built(VARIANTS[variant]), loader) if one]


def rendered(variant: str) -> Manifests:
    """A variant's manifests; a copy, so that a test may spoil it."""
    return Manifests(copy.deepcopy(_loaded(variant)))


def kubectl() -> str:
    """The program, from this virtual environment first."""
    found = shutil.which("kubectl", path=str(Path(sys.executable).parent)) or shutil.which("kubectl")
    if found is None:
        pytest.fail("kubectl is missing: it comes with the development dependencies")
    return found


def matches(selector: Object | None, labels: dict[str, str]) -> bool:
    """Whether a label selector (with matchLabels, matchExpressions In) takes these labels; an empty one takes all."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels", {})
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    for one in selector.get("matchExpressions", []):
        assert one["operator"] == "In", "the model knows no other operator"
        if labels.get(one["key"]) not in one["values"]:
            return False
    return True
