"""Do pods keep to the restricted profile, to sane resources, and to the time that they need to end well?"""

from __future__ import annotations

from collections.abc import Iterator

from services.auth.bootstrap import _DRAIN_S as AUTH_DRAIN_S
from tests.deploy.manifests import SERVICES, Manifests, Object, Pod
from tests.deploy.quantities import number
from tests.deploy.settings import variables

KINDS_OF_VOLUMES = {"configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"}


def restricted(m: Manifests) -> Iterator[str]:
    """The Pod Security Standard "restricted", and beyond it: a root file system that cannot be written, no token."""
    labels = m.get("Namespace", "talewright")["metadata"]["labels"]
    if labels.get("pod-security.kubernetes.io/enforce") != "restricted":
        yield "the namespace does not enforce the restricted profile"
    for pod in m.pods():
        spec = pod.spec
        together = spec.get("securityContext", {})
        if not together.get("runAsNonRoot") or not together.get("runAsUser"):
            yield f"{pod.name} may run as root"
        if together.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{pod.name} has no seccomp profile"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{pod.name} gets a token of the cluster"
        if any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
            yield f"{pod.name} shares the host's namespaces"
        for volume in spec.get("volumes", []):
            if not KINDS_OF_VOLUMES & set(volume):
                yield f"{pod.name}: volume {volume['name']} is of a kind that is not allowed"
        for container in pod.containers:
            yield from _contained(pod, container)


def _contained(pod: Pod, container: Object) -> Iterator[str]:
    own = container.get("securityContext", {})
    if own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
        yield f"{pod.name} may gain privileges"
    if own.get("capabilities") != {"drop": ["ALL"]}:
        yield f"{pod.name} keeps capabilities"
    if not own.get("readOnlyRootFilesystem"):
        yield f"{pod.name} may write to its root file system"
    if "hostPort" in str(container.get("ports", "")):
        yield f"{pod.name} has a host port"


def resources(m: Manifests) -> Iterator[str]:
    """Requests and limits of all three kinds, requests below limits, folders in memory below the memory."""
    for pod in m.pods():
        for container in pod.containers:
            asked, limits = (container.get("resources", {}).get(key, {}) for key in ("requests", "limits"))
            for kind in ("cpu", "memory", "ephemeral-storage"):
                try:
                    if number(asked[kind]) > number(limits[kind]):
                        yield f"{pod.name}: asks for more {kind} than its limit"
                except (KeyError, ValueError) as error:
                    yield f"{pod.name}: {kind}: {error}"
        room = number(pod.main["resources"]["limits"].get("ephemeral-storage", 0))
        for volume in pod.spec.get("volumes", []):
            if "emptyDir" not in volume:
                continue
            try:
                size = number(volume["emptyDir"]["sizeLimit"])
            except (KeyError, ValueError):
                yield f"{pod.name}: folder {volume['name']} has no limit"
                continue
            if size > room and volume["emptyDir"].get("medium") != "Memory":
                yield f"{pod.name}: folder {volume['name']} may be larger than all of the pod's storage"


def rollouts(m: Manifests) -> Iterator[str]:
    """Services are replaced one by one without a gap, keep few old versions, and are spread over nodes and zones."""
    for name in SERVICES:
        pod = m.pod(name)
        spec = pod.owner["spec"]
        alone = spec["strategy"]["type"] == "Recreate"
        if alone and spec.get("replicas") != 1:
            yield f"{name}: Recreate with more than one replica"
        if not alone and spec["strategy"]["rollingUpdate"]["maxUnavailable"] != 0:
            yield f"{name}: a rollout takes a pod away before the next one is ready"
        if spec.get("revisionHistoryLimit", 10) > 5:
            yield f"{name}: keeps too many old versions"
        keys = {one["topologyKey"] for one in pod.spec.get("topologySpreadConstraints", [])}
        if keys != {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}:
            yield f"{name}: not spread over nodes and zones"
        for one in pod.spec.get("topologySpreadConstraints", []):
            if not set(one["labelSelector"]["matchLabels"].items()) <= set(pod.labels.items()):
                yield f"{name}: spread counts the pods of others"


def probing(m: Manifests) -> Iterator[str]:
    """Readiness asks for all that is needed; liveness and start never ask for others, or an outage would kill."""
    for name in SERVICES:
        container = m.pod(name).main
        paths = {kind: container.get(kind, {}).get("httpGet", {}).get("path") for kind in _PROBES}
        if paths != _PROBES:
            yield f"{name}: probes ask {paths}"
            continue
        start = container["startupProbe"]
        wait_s = float(variables(m, name)["TALEWRIGHT_STARTUP_WAIT_S"])
        if start["periodSeconds"] * start["failureThreshold"] < wait_s + 30:
            yield f"{name}: is killed at start before it gives up by itself"
    for pod in m.pods():
        live = pod.main.get("livenessProbe", {}).get("httpGet", {}).get("path", "")
        if pod.name == "nats" and live != "/healthz?js-enabled-only=true":
            yield "nats: liveness asks for more than the server itself"


_PROBES = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}


def endings(m: Manifests) -> Iterator[str]:
    """A pod has time to end what it has in hand, and the gateway to leave the endpoints first."""
    for name in SERVICES:
        pod, given = m.pod(name), variables(m, name)
        needs_s = {
            "gateway": float(given.get("TALEWRIGHT_SHUTDOWN_WAIT_S", 10)) + 10,
            "auth": AUTH_DRAIN_S + 10,
            "tasks": float(given.get("TALEWRIGHT_TASKS_DRAIN_S", 10)) + 10,
            "media": float(given.get("TALEWRIGHT_MEDIA_DRAIN_S", 15)) + 15,
        }[name]
        sleep_s = pod.main.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if name == "gateway" and sleep_s < 5:
            yield "gateway: stops before it has left the endpoints"
        if pod.spec.get("terminationGracePeriodSeconds", 30) < needs_s + sleep_s:
            yield f"{name}: is killed before it has ended; it needs {needs_s + sleep_s:.0f} s"
    shutdown_s = float(variables(m, "gateway").get("TALEWRIGHT_SHUTDOWN_WAIT_S", 10))
    if shutdown_s <= float(variables(m, "gateway").get("TALEWRIGHT_GENERATE_WAIT_S", 120)):
        yield "gateway: cuts answers that it holds back"
    if m.pod("nats").spec["terminationGracePeriodSeconds"] < 45:
        yield "nats: is killed in its lame duck time"
