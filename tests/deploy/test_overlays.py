"""Every check on every overlay. No cluster and no network: what that leaves unseen is said in deploy/README.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import yaml

from tests.deploy import (
    checks_network,
    checks_pods,
    checks_scaling,
    checks_schema,
    checks_settings,
    checks_wiring,
)
from tests.deploy.manifests import K8S, VARIANTS, Manifests, rendered

Check = Callable[[Manifests], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    checks_schema.schemas,
    checks_wiring.selectors,
    checks_wiring.ports,
    checks_wiring.probes,
    checks_wiring.volumes,
    checks_wiring.configuration,
    checks_wiring.secrets_in_values,
    checks_wiring.images,
    checks_wiring.helpers,
    checks_pods.restricted,
    checks_pods.resources,
    checks_pods.rollouts,
    checks_pods.probing,
    checks_pods.endings,
    checks_settings.known,
    checks_settings.valid,
    checks_settings.doctor,
    checks_settings.secrets_given,
    checks_settings.bus,
    checks_scaling.targets,
    checks_scaling.bounds,
    checks_scaling.queue,
    checks_scaling.budgets,
    checks_scaling.quorum,
    checks_scaling.standby,
    checks_network.connections,
    checks_network.names,
)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_fault(check: Check, variant: str) -> None:
    assert list(check(rendered(variant))) == []


def test_every_component_is_checked() -> None:
    """Each component is part of one of the variants, directly or through another one."""
    used: set[str] = set()
    folders = [*VARIANTS.values(), *(K8S / "components").iterdir()]
    for folder in folders:
        told = yaml.safe_load((folder / "kustomization.yaml").read_text())
        used |= {(folder / one).resolve().name for one in told.get("components", [])}
    assert used == {folder.name for folder in (K8S / "components").iterdir()}


def test_the_example_of_secrets_is_not_applied() -> None:
    for variant in ("prod", "full"):
        assert not list(rendered(variant).all("Secret"))
