"""Do autoscalers, budgets and replicas agree with one another?"""

from __future__ import annotations

from collections.abc import Iterator

from shared.bus.streams import MEDIA_CONSUMER
from tests.deploy.manifests import Manifests, Object, matches
from tests.deploy.settings import variables

METADATA = {"natsServerMonitoringEndpoint", "account", "stream", "consumer", "lagThreshold"}
OPTIONAL = {"activationLagThreshold", "useHttps"}


def targets(m: Manifests) -> Iterator[str]:
    """An autoscaler's target exists, has no second one, and leaves its number of replicas to it."""
    scaled: dict[tuple[str, str], str] = {}
    for one in m.all("HorizontalPodAutoscaler", "ScaledObject"):
        name, target = one["metadata"]["name"], one["spec"]["scaleTargetRef"]
        kind = target.get("kind", "Deployment")
        found = m.find(kind, target["name"])
        if found is None:
            yield f"{one['kind']} {name}: no {kind} {target['name']}"
            continue
        if (kind, target["name"]) in scaled:
            yield f"{kind} {target['name']} is scaled by {scaled[kind, target['name']]} and by {one['kind']}"
        scaled[kind, target["name"]] = one["kind"]
        if "replicas" in found["spec"]:
            yield f"{kind} {target['name']}: its replicas are set at each apply, against the autoscaler"


def bounds(m: Manifests) -> Iterator[str]:
    """Minimum below maximum; a share of a request that is there; scaling in is slow."""
    for one in m.all("HorizontalPodAutoscaler"):
        spec, name = one["spec"], one["metadata"]["name"]
        if not 2 <= spec["minReplicas"] <= spec["maxReplicas"]:
            yield f"{name}: from {spec['minReplicas']} to {spec['maxReplicas']} replicas"
        for metric in spec["metrics"]:
            asked = m.pod(spec["scaleTargetRef"]["name"]).main["resources"]["requests"]
            if metric["resource"]["name"] not in asked:
                yield f"{name}: nothing is asked for of which a share could be measured"
        yield from _patience(name, spec["behavior"])
    for one in m.all("ScaledObject"):
        spec, name = one["spec"], one["metadata"]["name"]
        if not 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"]:
            yield f"{name}: from {spec['minReplicaCount']} to {spec['maxReplicaCount']} replicas"
        yield from _patience(name, spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"])


def _patience(name: str, behavior: Object) -> Iterator[str]:
    if behavior["scaleDown"]["stabilizationWindowSeconds"] < 300:
        yield f"{name}: is scaled in at once"


def queue(m: Manifests) -> Iterator[str]:
    """KEDA looks at the consumer that the code makes, at a port that the bus has, with the words that it knows."""
    for one in m.all("ScaledObject"):
        for trigger in one["spec"]["triggers"]:
            told = trigger["metadata"]
            if trigger["type"] != "nats-jetstream" or not METADATA <= set(told) <= METADATA | OPTIONAL:
                yield f"trigger {trigger['type']} with {sorted(told)}"
                continue
            if told["consumer"] != MEDIA_CONSUMER or one["spec"]["scaleTargetRef"]["name"] != "media":
                yield f"the consumer {told['consumer']} says nothing about media"
            if not told["lagThreshold"].isdigit() or int(told["lagThreshold"]) < 1:
                yield f"{told['lagThreshold']} jobs for each worker"
            yield from _endpoint(m, told)


def _endpoint(m: Manifests, told: dict[str, str]) -> Iterator[str]:
    host, _, port = told["natsServerMonitoringEndpoint"].partition(":")
    service = m.find("Service", host.split(".")[0])
    if service is None or int(port) not in {one["port"] for one in service["spec"]["ports"]}:
        yield f"no Service answers at {host}:{port}"
    elif service["spec"].get("clusterIP") != "None":
        yield f"{host} hides the single servers, and KEDA cannot find the leader"
    users = m.get("ConfigMap", "talewright-nats-users")["data"]["users.conf"]
    if (told["account"] == "$G") == ("accounts" in users.replace("accounts.", "").split()):
        yield f"the bus's users are not in the account {told['account']}"


def budgets(m: Manifests) -> Iterator[str]:
    """A disruption budget lets a drain go on, and covers whatever has several replicas."""
    covered: set[str] = set()
    for one in m.all("PodDisruptionBudget"):
        spec, name = one["spec"], one["metadata"]["name"]
        if ("minAvailable" in spec) == ("maxUnavailable" in spec):
            yield f"budget {name}: needs either minAvailable or maxUnavailable"
            continue
        for pod in m.pods():
            if matches(spec["selector"], pod.labels):
                covered.add(pod.name)
                if not _movable(spec, least(m, pod.name)):
                    yield f"budget {name}: no pod of {pod.name} may ever be moved"
    for pod in m.pods():
        if pod.owner["kind"] != "Job" and least(m, pod.name) > 1 and pod.name not in covered:
            yield f"{pod.name} has replicas and no budget"


def _movable(spec: Object, replicas: int) -> bool:
    if "maxUnavailable" in spec:
        return str(spec["maxUnavailable"]).rstrip("%") != "0"
    least_available = spec["minAvailable"]
    if isinstance(least_available, str):
        return least_available != "100%"
    return bool(least_available < replicas)


def least(m: Manifests, name: str) -> int:
    """The fewest replicas that a workload has."""
    for one in m.all("HorizontalPodAutoscaler", "ScaledObject"):
        if one["spec"]["scaleTargetRef"]["name"] == name:
            return int(one["spec"].get("minReplicas", one["spec"].get("minReplicaCount", 1)))
    return int(m.pod(name).owner["spec"].get("replicas", 1))


def quorum(m: Manifests) -> Iterator[str]:
    """Several servers of the bus never share a node, and one of them at most is away on purpose."""
    nats = m.pod("nats")
    if nats.owner["spec"]["replicas"] == 1:
        return
    rules = (
        nats.spec.get("affinity", {}).get("podAntiAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    )
    if not rules or not all(matches(one["labelSelector"], nats.labels) for one in rules):
        yield "two servers of the bus may share a node"
    zones = [one for one in nats.spec.get("topologySpreadConstraints", []) if one["topologyKey"].endswith("/zone")]
    if not zones or zones[0]["whenUnsatisfiable"] != "DoNotSchedule":
        yield "two servers of the bus may share a zone though there are others"
    budget = m.find("PodDisruptionBudget", "nats")
    if budget is None or budget["spec"].get("maxUnavailable") != 1:
        yield "more than one server of the bus may be taken away on purpose"


def standby(m: Manifests) -> Iterator[str]:
    """Where there are copies of streams, process and projector have somebody to stand in for them."""
    if int(variables(m, "tasks")["TALEWRIGHT_STREAM_REPLICAS"]) > 1 and least(m, "tasks") < 2:
        yield "tasks: nobody stands by for the process and the projector"
