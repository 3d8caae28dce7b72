"""Does everything that is referred to exist? Selectors, ports, ConfigMaps, Secrets, volumes, images."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from tests.deploy.manifests import K8S, Manifests, Object, Pod, matches

CLUSTERS_OWN = {"system-cluster-critical", "system-node-critical"}


def selectors(m: Manifests) -> Iterator[str]:
    """A workload selects its own pods and no other's; a Service, budget or policy selects somebody."""
    for pod in m.pods():
        if pod.owner["kind"] == "Job":
            continue
        selector = pod.owner["spec"]["selector"]
        taken = [other.name for other in m.pods() if matches(selector, other.labels)]
        if taken != [pod.name]:
            yield f"{pod.owner['kind']} {pod.name} selects {taken}"
    for one in m.all("Service", "PodDisruptionBudget", "NetworkPolicy", "PodMonitor"):
        if not _taken(m, one):
            yield f"{one['kind']} {one['metadata']['name']} selects no pod"


def _taken(m: Manifests, one: Object) -> list[Pod]:
    spec = one["spec"]
    selector = {"matchLabels": spec["selector"]} if one["kind"] == "Service" else None
    selector = selector or spec.get("podSelector", spec.get("selector"))
    return [pod for pod in m.pods() if matches(selector, pod.labels)]


def ports(m: Manifests) -> Iterator[str]:
    """Services and monitors name ports that the pods have; routes name ports that Services have."""
    for service in m.all("Service"):
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            for pod in _taken(m, service):
                if target not in pod.ports and target not in pod.ports.values():
                    yield f"Service {service['metadata']['name']}: {pod.name} has no port {target}"
    for monitor in m.all("PodMonitor"):
        for end in monitor["spec"]["podMetricsEndpoints"]:
            for pod in _taken(m, monitor):
                if end["port"] not in pod.ports:
                    yield f"PodMonitor {monitor['metadata']['name']}: {pod.name} has no port {end['port']}"
    for ingress in m.all("Ingress"):
        yield from _routes(m, ingress)


def _routes(m: Manifests, ingress: Object) -> Iterator[str]:
    hosts = {host for one in ingress["spec"].get("tls", []) for host in one["hosts"]}
    for rule in ingress["spec"]["rules"]:
        if rule["host"] not in hosts:
            yield f"Ingress: {rule['host']} has no TLS"
        for path in rule["http"]["paths"]:
            wanted = path["backend"]["service"]
            service = m.find("Service", wanted["name"])
            if service is None or wanted["port"]["name"] not in {p["name"] for p in service["spec"]["ports"]}:
                yield f"Ingress: no Service {wanted['name']} with a port {wanted['port']['name']}"


def probes(m: Manifests) -> Iterator[str]:
    """A probe asks a port of its container, and only liveness and start ask nothing of others."""
    for pod in m.pods():
        for container in pod.containers:
            named = {port["name"] for port in container.get("ports", [])}
            for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
                how = container.get(kind, {})
                port = how.get("httpGet", how.get("tcpSocket", {})).get("port")
                if port is not None and port not in named:
                    yield f"{pod.name}: {kind} asks port {port}, which the container has not"


def volumes(m: Manifests) -> Iterator[str]:
    """Each mount has a volume, each volume a mount, and no two mounts stand at one place."""
    for pod in m.pods():
        there = {volume["name"] for volume in pod.spec.get("volumes", [])}
        there |= {claim["metadata"]["name"] for claim in pod.owner["spec"].get("volumeClaimTemplates", [])}
        mounts = [mount for container in pod.containers for mount in container.get("volumeMounts", [])]
        used = {mount["name"] for mount in mounts}
        for name in used ^ there:
            yield f"{pod.name}: volume {name} is {'not mounted' if name in there else 'missing'}"
        places = [mount["mountPath"] for mount in mounts]
        if len(set(places)) < len(places):
            yield f"{pod.name}: two volumes are mounted at one place"
        for volume in pod.spec.get("volumes", []):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and not m.find("PersistentVolumeClaim", claim):
                yield f"{pod.name}: no claim {claim}"


def configuration(m: Manifests) -> Iterator[str]:
    """ConfigMaps and Secrets that are referred to exist with the keys asked for, or are documented as needed."""
    documented = required_secrets()
    for pod in m.pods():
        for kind, name, keys in references(pod):
            found = m.find(kind, name)
            if found is not None and found["metadata"]["name"] == name:
                there = set(found.get("data", {})) | set(found.get("stringData", {}))
            elif kind == "Secret" and name in documented:
                there = documented[name]
            else:
                yield f"{pod.name}: no {kind} {name}"
                continue
            yield from (f"{pod.name}: {kind} {name} has no key {key}" for key in keys - there)
    for ingress in m.all("Ingress"):
        for tls in ingress["spec"].get("tls", []):
            if tls["secretName"] not in documented:
                yield f"Ingress: Secret {tls['secretName']} is documented nowhere"


def required_secrets() -> dict[str, set[str]]:
    """What the example file says an installation must bring."""
    text = (K8S / "overlays" / "prod" / "secrets.example.yaml").read_text()
    return {one["metadata"]["name"]: set(one["stringData"]) for one in yaml.safe_load_all(text)}


def references(pod: Pod) -> Iterator[tuple[str, str, set[str]]]:
    """Kind, name and keys of all that a pod takes from ConfigMaps and Secrets."""
    for container in pod.containers:
        for source in container.get("envFrom", []):
            for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if field in source:
                    yield kind, source[field]["name"], set()
        for variable in container.get("env", []):
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                if field in (wanted := variable.get("valueFrom", {})):
                    yield kind, wanted[field]["name"], {wanted[field]["key"]}
    for volume in pod.spec.get("volumes", []):
        for source in [volume, *volume.get("projected", {}).get("sources", [])]:
            for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
                if field in source:
                    name = source[field].get("name", source[field].get("secretName"))
                    yield kind, name, {item["key"] for item in source[field].get("items", [])}


def secrets_in_values(m: Manifests) -> Iterator[str]:
    """No password stands in a manifest: a Secret is referred to, or made for development and says so."""
    for secret in m.all("Secret"):
        if not secret["metadata"]["name"].rpartition("-")[0]:
            yield f"Secret {secret['metadata']['name']} is not generated"
    for one in m.all("ConfigMap"):
        for key in one.get("data", {}):
            if any(word in key for word in ("PASSWORD", "SECRET_KEY", "ACCESS_KEY", "TOKEN")):
                yield f"ConfigMap {one['metadata']['name']} holds {key}"


def images(m: Manifests) -> Iterator[str]:
    """Every image has a version, and all of them are set by `images:` alone."""
    for pod in m.pods():
        for container in pod.containers:
            name, _, tag = container["image"].rpartition(":")
            if not name or "/" in tag or tag == "latest":
                yield f"{pod.name}: {container['image']} has no version"
    for file in sorted(K8S.rglob("*.yaml")):
        if file.name == "kustomization.yaml":
            continue
        for line in file.read_text().splitlines():
            word = line.strip().removeprefix("- ")
            if word.startswith("image:") and any(sign in word.removeprefix("image:") for sign in ":/@"):
                yield f"{file.name}: {word} is not left to `images:`"


def helpers(m: Manifests) -> Iterator[str]:
    """Service accounts and priority classes that pods name exist."""
    for pod in m.pods():
        if not m.find("ServiceAccount", pod.spec.get("serviceAccountName", "")):
            yield f"{pod.name}: no ServiceAccount {pod.spec.get('serviceAccountName')}"
        priority = pod.spec.get("priorityClassName", "")
        if priority not in CLUSTERS_OWN and not m.find("PriorityClass", priority):
            yield f"{pod.name}: no PriorityClass {priority}"
