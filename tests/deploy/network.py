"""NetworkPolicies as Kubernetes reads them: who may open a connection to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from itertools import product

from tests.deploy.manifests import Manifests, Object, matches

OURS = "talewright"


@dataclass(frozen=True)
class Party:
    """Somebody who opens or takes connections: a pod by its labels, or an address outside of the cluster."""

    name: str
    namespace: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def __hash__(self) -> int:
        return hash(self.name)


OUTSIDE = (
    Party("dns", "kube-system", {"k8s-app": "kube-dns"}),
    Party("ingress", "ingress", {"app.kubernetes.io/name": "controller"}),
    Party("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"}),
    Party("keda", "keda", {"app.kubernetes.io/name": "keda-operator"}),
    Party("collector", "observability", {"app.kubernetes.io/name": "otel-collector"}),
    Party("grafana", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    Party("stranger", "default", {"app.kubernetes.io/name": "talewright-gateway", "talewright.io/to-bus": "true"}),
    Party("outer-postgres", address="192.0.2.10"),
    Party("outer-s3", address="198.51.100.10"),
    Party("internet", address="203.0.113.7"),
    Party("office", address="10.1.2.3"),
    Party("metadata", address="169.254.169.254"),
)
PORTS = (53, 443, 80, 4222, 4318, 5432, 6222, 8000, 8222, 9000, 9090)


def parties(m: Manifests) -> tuple[Party, ...]:
    """Our pods, and everybody else there might be."""
    names = {"talewright-migrate": "migrate"}
    ours = (Party(names.get(pod.name, pod.name), OURS, pod.labels) for pod in m.pods())
    return (*ours, *OUTSIDE)


def edges(m: Manifests) -> set[tuple[str, str, int]]:
    """Every connection that the policies allow and that has one of our pods at an end: from, to, TCP port."""
    everybody = parties(m)
    found = set()
    for source, target, port in product(everybody, everybody, PORTS):
        if OURS not in (source.namespace, target.namespace):
            continue
        if _allowed(m, "Egress", source, target, port) and _allowed(m, "Ingress", target, source, port):
            found.add((source.name, target.name, port))
    return found


def _allowed(m: Manifests, direction: str, party: Party, other: Party, port: int) -> bool:
    """Whether policies on `party` allow this direction with `other`; where none selects it, all is allowed."""
    if party.namespace != OURS:
        return True
    policies = [one["spec"] for one in m.all("NetworkPolicy") if matches(one["spec"]["podSelector"], party.labels)]
    policies = [one for one in policies if direction in one["policyTypes"]]
    if not policies:
        return True
    rules = [rule for one in policies for rule in one.get(direction.lower(), [])]
    return any(_fits(rule, direction, other, port) for rule in rules)


def _fits(rule: Object, direction: str, other: Party, port: int) -> bool:
    peers = rule.get("to" if direction == "Egress" else "from")
    ports = rule.get("ports")
    if ports is not None and not any(one["port"] == port and one["protocol"] == "TCP" for one in ports):
        return False
    return not peers or any(_is_peer(peer, other) for peer in peers)


def _is_peer(peer: Object, other: Party) -> bool:
    if "ipBlock" in peer:
        if not other.address:
            return False
        address, block = ip_address(other.address), peer["ipBlock"]
        inside = address in ip_network(block["cidr"])
        return inside and not any(address in ip_network(one) for one in block.get("except", []))
    if other.address:
        return False
    namespace = peer.get("namespaceSelector")
    if namespace is None and other.namespace != OURS:
        return False
    if namespace is not None and not matches(namespace, {"kubernetes.io/metadata.name": other.namespace}):
        return False
    return matches(peer.get("podSelector", {}), other.labels)


def sources(names: tuple[str, ...], target: str, port: int) -> Iterator[tuple[str, str, int]]:
    """Edges from each of these to one."""
    return ((name, target, port) for name in names)
