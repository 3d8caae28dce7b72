"""Each check is able to fail: a fault is put into good manifests, and the check must name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy import checks_network as network
from tests.deploy import checks_pods as pods
from tests.deploy import checks_scaling as scaling
from tests.deploy import checks_schema as schema
from tests.deploy import checks_settings as settings
from tests.deploy import checks_wiring as wiring
from tests.deploy.manifests import Manifests, Object, rendered
from tests.deploy.test_overlays import CHECKS, Check

Spoil = Callable[[Manifests], None]


def put(kind: str, name: str, path: str, value: Any) -> Spoil:
    """Sets what a dotted path names (numbers are places in lists); `None` takes it away."""

    def spoil(m: Manifests) -> None:
        *way, last = path.split(".")
        place: Any = m.get(kind, name)
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step.replace("|", ".")]
        key = int(last) if isinstance(place, list) else last.replace("|", ".")
        if value is None:
            del place[key]
        else:
            place[key] = value

    return spoil


def drop(kind: str, name: str) -> Spoil:
    """Takes an object away."""
    return lambda m: m.objects.remove(m.get(kind, name))


def add(one: Object) -> Spoil:
    """Adds an object."""
    return lambda m: m.objects.append(one)


def conf(name: str, key: str, value: str) -> Spoil:
    """Sets a value of a ConfigMap."""
    return put("ConfigMap", name, f"data.{key.replace('.', '|')}", value)


HPA_ON_MEDIA = {
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "media"},
    "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "media"}, "minReplicas": 2, "maxReplicas": 3},
}
POD, C0 = "spec.template.spec", "spec.template.spec.containers.0"
ODD_LABEL = "spec.selector.matchLabels.app|kubernetes|io/name"
PLAIN = {"type": "kubernetes.io/tls", "kind": "Secret", "metadata": {"name": "talewright"}}
ENV = f"{C0}.env"

FAULTS: tuple[tuple[Check, Spoil, str], ...] = (
    (wiring.selectors, put("Deployment", "gateway", ODD_LABEL, "gate"), "Deployment gateway selects []"),
    (wiring.selectors, put("Deployment", "auth", "spec.selector", {}), "Deployment auth selects"),
    (wiring.selectors, put("Service", "gateway", "spec.selector", {"app": "x"}), "Service gateway selects no pod"),
    (wiring.selectors, put("PodMonitor", "talewright", "spec.selector", {"matchLabels": {"a": "b"}}), "selects no pod"),
    (wiring.ports, put("Service", "gateway", "spec.ports.0.targetPort", "web"), "gateway has no port web"),
    (wiring.ports, put("PodMonitor", "talewright", "spec.podMetricsEndpoints.0.port", "metrics"), "no port metrics"),
    (wiring.ports, put("Ingress", "gateway", "spec.tls.0.hosts.0", "other.example.com"), "has no TLS"),
    (wiring.ports, put("Service", "gateway", "spec.ports.0.name", "web"), "with a port http"),
    (wiring.probes, put("Deployment", "tasks", f"{C0}.readinessProbe.httpGet.port", "http"), "asks port http"),
    (wiring.volumes, put("Deployment", "media", f"{POD}.volumes.1.name", "temp"), "volume tmp is missing"),
    (wiring.volumes, put("Deployment", "auth", f"{C0}.volumeMounts.2", None), "keys is not mounted"),
    (wiring.volumes, put("Deployment", "auth", f"{C0}.volumeMounts.2.mountPath", "/tmp"), "at one place"),
    (wiring.configuration, drop("ConfigMap", "talewright-money"), "no ConfigMap talewright-money"),
    (wiring.configuration, put("Deployment", "auth", f"{POD}.volumes.2.secret.secretName", "keys"), "no Secret keys"),
    (wiring.configuration, put("StatefulSet", "nats", f"{ENV}.2.valueFrom.secretKeyRef.key", "gate"), "no key gate"),
    (wiring.configuration, put("Ingress", "gateway", "spec.tls.0.secretName", "mine"), "documented nowhere"),
    (wiring.secrets_in_values, conf("talewright-config", "TALEWRIGHT_NATS_PASSWORD", "x"), "holds TALEWRIGHT_NATS"),
    (wiring.secrets_in_values, add(PLAIN), "is not generated"),
    (wiring.images, put("Deployment", "auth", f"{C0}.image", "talewright-auth:latest"), "has no version"),
    (wiring.images, put("Deployment", "auth", f"{C0}.image", "registry:5000/talewright-auth"), "has no version"),
    (wiring.helpers, drop("ServiceAccount", "media"), "media: no ServiceAccount media"),
    (wiring.helpers, drop("PriorityClass", "talewright-store"), "nats: no PriorityClass"),
    (pods.restricted, put("Deployment", "auth", f"{POD}.securityContext.runAsNonRoot", None), "run as root"),
    (pods.restricted, put("Deployment", "auth", f"{POD}.securityContext.seccompProfile", None), "no seccomp"),
    (pods.restricted, put("StatefulSet", "nats", f"{POD}.automountServiceAccountToken", True), "gets a token"),
    (pods.restricted, put("StatefulSet", "nats", f"{POD}.hostNetwork", True), "host's namespaces"),
    (pods.restricted, put("Deployment", "tasks", f"{POD}.volumes.1", {"name": "tmp", "hostPath": {}}), "not allowed"),
    (pods.restricted, put("Deployment", "auth", f"{C0}.securityContext.capabilities", None), "capabilities"),
    (pods.restricted, put("Deployment", "auth", f"{C0}.securityContext.readOnlyRootFilesystem", False), "may write"),
    (pods.restricted, put("Deployment", "auth", f"{C0}.securityContext.allowPrivilegeEscalation", None), "privileges"),
    (pods.restricted, put("Namespace", "talewright", "metadata.labels", {}), "does not enforce"),
    (pods.resources, put("Deployment", "media", f"{C0}.resources.limits.memory", "1Gb"), "is no quantity"),
    (pods.resources, put("Deployment", "media", f"{C0}.resources.requests.cpu", "3"), "asks for more cpu"),
    (pods.resources, put("Deployment", "media", f"{C0}.resources.limits.ephemeral-storage", None), "ephemeral"),
    (pods.resources, put("Deployment", "media", f"{POD}.volumes.1.emptyDir.sizeLimit", "9Gi"), "may be larger"),
    (pods.resources, put("Deployment", "media", f"{POD}.volumes.1.emptyDir", {}), "has no limit"),
    (pods.rollouts, put("Deployment", "auth", "spec.strategy.rollingUpdate.maxUnavailable", 1), "takes a pod away"),
    (pods.rollouts, put("Deployment", "auth", "spec.strategy", {"type": "Recreate"}), "Recreate with more"),
    (pods.rollouts, put("Deployment", "auth", f"{POD}.topologySpreadConstraints.1", None), "not spread"),
    (pods.rollouts, put("Deployment", "auth", "spec.revisionHistoryLimit", None), "too many old versions"),
    (pods.probing, put("Deployment", "auth", f"{C0}.livenessProbe.httpGet.path", "/readyz"), "auth: probes ask"),
    (pods.probing, put("Deployment", "tasks", f"{C0}.startupProbe.failureThreshold", 5), "before it gives up"),
    (pods.probing, put("StatefulSet", "nats", f"{C0}.livenessProbe.httpGet.path", "/healthz"), "nats: liveness"),
    (pods.endings, put("Deployment", "media", f"{POD}.terminationGracePeriodSeconds", 60), "media: is killed"),
    (pods.endings, conf("talewright-tasks", "TALEWRIGHT_TASKS_DRAIN_S", "60"), "tasks: is killed"),
    (pods.endings, put("Deployment", "gateway", f"{C0}.lifecycle", None), "left the endpoints"),
    (pods.endings, conf("talewright-gateway", "TALEWRIGHT_SHUTDOWN_WAIT_S", "30"), "cuts answers"),
    (pods.endings, put("StatefulSet", "nats", f"{POD}.terminationGracePeriodSeconds", 30), "lame duck"),
    (settings.known, conf("talewright-tasks", "TALEWRIGHT_TASK_WORKERS", "3"), "TALEWRIGHT_TASK_WORKERS is no setting"),
    (settings.known, conf("talewright-media", "TALEWRIGHT_TASKS_WORKERS", "3"), "media: TALEWRIGHT_TASKS_WORKERS is"),
    (settings.valid, conf("talewright-tasks", "TALEWRIGHT_TASKS_WORKERS", "none"), "tasks: TasksSettings"),
    (settings.valid, conf("talewright-readmodel", "TALEWRIGHT_READMODEL_URL", "sqlite:///x.db"), "is SQLite"),
    (settings.valid, conf("talewright-config", "TALEWRIGHT_SECRETS_DIR", "/run/secrets"), "mounted elsewhere"),
    (settings.valid, put("Deployment", "tasks", f"{POD}.volumes.0.projected.sources.3", None), "NATS_CA_FILE"),
    (settings.doctor, drop("Service", "media"), "no Service answers at http://media:9090"),
    (settings.known, put("Deployment", "auth", f"{ENV}.0.name", "TALEWRIGHT_NAT_USER"), "TALEWRIGHT_NAT_USER"),
    (settings.secrets_given, put("Deployment", "tasks", f"{POD}.volumes.0.projected.sources.2", None), "without"),
    (settings.secrets_given, conf("talewright-config", "TALEWRIGHT_NATS_TOKEN", "x"), "stands in the manifest"),
    (settings.bus, put("Deployment", "tasks", f"{ENV}.0.value", "task"), "knows no user task"),
    (settings.bus, conf("talewright-config", "TALEWRIGHT_STREAM_REPLICAS", "5"), "5 copies of each stream on 3"),
    (settings.bus, conf("talewright-config", "TALEWRIGHT_STREAM_REPLICAS", "1"), "but 1 copies"),
    (settings.bus, conf("talewright-config", "TALEWRIGHT_NATS_URL", "nats://nats:4222"), "do not agree on TLS"),
    (settings.bus, put("ScaledObject", "media", "spec.triggers.0.metadata.stream", "JOBS"), "the stream JOBS"),
    (scaling.targets, put("ScaledObject", "media", "spec.scaleTargetRef.name", "medium"), "no Deployment medium"),
    (scaling.targets, add(HPA_ON_MEDIA), "is scaled by"),
    (scaling.targets, put("Deployment", "media", "spec.replicas", 2), "against the autoscaler"),
    (scaling.bounds, put("HorizontalPodAutoscaler", "tasks", "spec.minReplicas", 9), "from 9 to 8"),
    (scaling.bounds, put("Deployment", "tasks", f"{C0}.resources.requests.cpu", None), "nothing is asked for"),
    (scaling.bounds, put("ScaledObject", "media", "spec.minReplicaCount", 0), "from 0 to"),
    (
        scaling.bounds,
        put("HorizontalPodAutoscaler", "gateway", "spec.behavior.scaleDown.stabilizationWindowSeconds", 0),
        "is scaled in at once",
    ),
    (scaling.queue, put("ScaledObject", "media", "spec.triggers.0.metadata.consumer", "tasks"), "says nothing about"),
    (scaling.queue, put("ScaledObject", "media", "spec.triggers.0.metadata.lagTreshold", "4"), "trigger nats-jet"),
    (scaling.queue, put("ScaledObject", "media", "spec.triggers.0.metadata.account", "MEDIA"), "not in the account"),
    (scaling.queue, put("Service", "nats-headless", "spec.clusterIP", "10.0.0.1"), "hides the single servers"),
    (scaling.queue, put("Service", "nats-headless", "spec.ports", []), "no Service answers"),
    (scaling.budgets, put("PodDisruptionBudget", "auth", "spec.minAvailable", 2), "needs either"),
    (
        scaling.budgets,
        put("PodDisruptionBudget", "auth", "spec", {"minAvailable": 2, "selector": {}}),
        "no pod of auth may ever be moved",
    ),
    (scaling.budgets, put("PodDisruptionBudget", "auth", "spec.maxUnavailable", 0), "may ever be moved"),
    (scaling.budgets, drop("PodDisruptionBudget", "gateway"), "gateway has replicas and no budget"),
    (scaling.quorum, put("StatefulSet", "nats", f"{POD}.affinity", None), "share a node"),
    (scaling.quorum, put("StatefulSet", "nats", f"{POD}.topologySpreadConstraints", None), "share a zone"),
    (scaling.quorum, put("PodDisruptionBudget", "nats", "spec.maxUnavailable", 2), "more than one server"),
    (scaling.standby, put("HorizontalPodAutoscaler", "tasks", "spec.minReplicas", 1), "nobody stands by"),
    (network.connections, drop("NetworkPolicy", "deny-all"), "and need not"),
    (network.connections, drop("NetworkPolicy", "to-bus"), "gateway cannot reach nats:4222"),
    (network.connections, drop("NetworkPolicy", "bus-from-keda"), "keda cannot reach nats:8222"),
    (network.connections, put("NetworkPolicy", "to-s3", "spec.podSelector", {}), "auth may reach outer-s3:443"),
    (
        network.connections,
        put("NetworkPolicy", "media-to-replicate", "spec.egress.0.to.0.ipBlock.except", []),
        "media may reach metadata:443 and need not",
    ),
    (
        network.connections,
        put("NetworkPolicy", "gateway-from-ingress", "spec.ingress.0.from", []),
        "stranger may reach gateway:8000",
    ),
    (network.names, put("NetworkPolicy", "to-dns", "spec.egress.0.ports.0", None), "by UDP"),
    (network.names, put("NetworkPolicy", "bus-routes", "spec.policyTypes", ["Ingress"]), "it does not name"),
    (network.names, drop("NetworkPolicy", "deny-all"), "nothing denies"),
)


@pytest.mark.parametrize(("check", "spoil", "told"), FAULTS, ids=[f"{c.__name__}-{told}" for c, _, told in FAULTS])
def test_fault_is_found(check: Check, spoil: Spoil, told: str) -> None:
    spoiled = rendered("full")
    spoil(spoiled)
    found = list(check(spoiled))
    assert any(told in fault for fault in found), found


SCHEMA_FAULTS = (
    (put("Deployment", "auth", "spec.replica", 3), "Deployment", "auth", "replica"),
    (put("Deployment", "auth", "spec.replicas", "three"), "Deployment", "auth", "three"),
    (put("Deployment", "auth", "apiVersion", "apps/v1beta1"), "Deployment", "auth", "Couldn't find schema"),
    (
        put("HorizontalPodAutoscaler", "tasks", "apiVersion", "autoscaling/v2beta2"),
        "HorizontalPodAutoscaler",
        "tasks",
        "find",
    ),
    (put("ScaledObject", "media", "spec.polingInterval", 5), "ScaledObject", "media", "polingInterval"),
    (put("ScaledObject", "media", "spec.triggers.0.metadata.lagThreshold", 4), "ScaledObject", "media", "not of type"),
    (put("PodMonitor", "talewright", "spec.podMetricsEndpoints.0.interval", "15"), "PodMonitor", "talewright", "match"),
    (put("Certificate", "talewright-nats", "spec.usages.1", "server"), "Certificate", "talewright-nats", "not one of"),
    (put("Issuer", "talewright-nats-ca", "spec", {}), "Issuer", "talewright-nats-ca", "non-empty"),
    (put("NetworkPolicy", "to-bus", "spec.egress.0.ports.0.prot", "TCP"), "NetworkPolicy", "to-bus", "prot"),
)


@pytest.mark.parametrize(("spoil", "kind", "name", "told"), SCHEMA_FAULTS)
def test_fault_against_a_schema_is_found(spoil: Spoil, kind: str, name: str, told: str) -> None:
    spoiled = Manifests([rendered("full").get(kind, name)])
    assert not list(schema.schemas(spoiled))
    spoil(spoiled)
    found = list(schema.schemas(spoiled))
    assert any(told in fault for fault in found), found


def test_every_check_has_a_fault() -> None:
    assert {check for check, _, _ in FAULTS} | {schema.schemas} == set(CHECKS)
