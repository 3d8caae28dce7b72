"""The connections that are needed, and that the policies allow those and no others."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.manifests import SERVICES, Manifests
from tests.deploy.network import edges, parties, sources

BUS = (*SERVICES, "tools")
SQL = ("gateway", "auth", "tasks", "migrate", "tools")
BUCKET = ("gateway", "tasks", "media", "tools")


def needed(m: Manifests) -> set[tuple[str, str, int]]:
    """From whom to whom, on which port, by what is installed."""
    ours = tuple(party.name for party in parties(m) if party.namespace == "talewright")
    found = {*sources(ours, "dns", 53), *sources(BUS, "nats", 4222)}
    found |= {("tools", name, 9090) for name in SERVICES} | {("tools", "gateway", 8000)}  # `talewright doctor`
    inside = "postgres" in ours
    found |= set(sources(SQL, *(("postgres", 5432) if inside else ("outer-postgres", 5432))))
    found |= set(sources(BUCKET, *(("s3", 9000) if inside else ("outer-s3", 443))))
    if m.pod("nats").owner["spec"]["replicas"] > 1:
        found.add(("nats", "nats", 6222))
    if any(m.all("Ingress")):
        found.add(("ingress", "gateway", 8000))
    if any(m.all("ScaledObject")):
        found.add(("keda", "nats", 8222))
    if any(m.all("PodMonitor")):
        found |= {("prometheus", name, 9090) for name in SERVICES}
    config = m.get("ConfigMap", "talewright-config")["data"]
    if "OTEL_EXPORTER_OTLP_ENDPOINT" in config:
        found |= set(sources(SERVICES, "collector", 4318))
    if m.get("ConfigMap", "talewright-money")["data"]["TALEWRIGHT_PROVIDER"] == "replicate":
        found |= {("media", "internet", 443), ("media", "outer-s3", 443), ("media", "outer-postgres", 443)}
    return found


def connections(m: Manifests) -> Iterator[str]:
    """No edge is missing, none is there that nothing needs."""
    allowed, wanted = edges(m), needed(m)
    yield from (f"{a} cannot reach {b}:{port}" for a, b, port in sorted(wanted - allowed))
    yield from (f"{a} may reach {b}:{port} and need not" for a, b, port in sorted(allowed - wanted))


def names(m: Manifests) -> Iterator[str]:
    """DNS by UDP, too, for everybody; policies that deny by default are there."""
    for policy in m.all("NetworkPolicy"):
        spec = policy["spec"]
        kinds = {"Ingress" if key == "ingress" else "Egress" for key in ("ingress", "egress") if key in spec}
        if not kinds <= set(spec["policyTypes"]):
            yield f"policy {policy['metadata']['name']}: rules of a kind that it does not name"
        if policy["metadata"]["name"] == "to-dns" and {"protocol": "UDP", "port": 53} not in spec["egress"][0]["ports"]:
            yield "names are not looked up by UDP"
    deny = m.find("NetworkPolicy", "deny-all")
    if deny is None or deny["spec"] != {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
        yield "nothing denies what no policy allows"
