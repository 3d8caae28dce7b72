"""The environment and the secret files that a container of ours gets, and the settings classes that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.auth.settings import AuthSettings
from services.gateway.settings import GatewaySettings
from services.media.settings import MediaSettings
from services.tasks.settings import TasksSettings
from shared.settings import ReadModelSettings, S3Settings, Settings
from tests.deploy.manifests import Manifests

CLASSES: dict[str, tuple[type[Any], ...]] = {
    "gateway": (GatewaySettings, Settings, ReadModelSettings, S3Settings),
    "auth": (AuthSettings,),
    "tasks": (TasksSettings,),
    "media": (MediaSettings,),
    "migrate": (AuthSettings, TasksSettings),
    "tools": (AuthSettings, TasksSettings),
}
"""What each container reads; `migrate` and `tools` are the command line."""

SECRETS = "/etc/talewright/secrets"
_DUMMIES = {"talewright_replicate_webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


def workload_of(name: str) -> str:
    """The workload whose first container is called this."""
    return {"migrate": "talewright-migrate"}.get(name, name)


def variables(m: Manifests, name: str) -> dict[str, str]:
    """A container's variables that are known here: later ones win, as in Kubernetes."""
    found: dict[str, str] = {}
    container = m.pod(workload_of(name)).main
    for source in container.get("envFrom", []):
        one = m.find("ConfigMap", source["configMapRef"]["name"])
        found |= (one or {}).get("data", {})
    return found | {one["name"]: one["value"] for one in container.get("env", []) if "value" in one}


def secret_files(m: Manifests, name: str) -> dict[str, str]:
    """The files below `SECRETS`: name and a value that will do."""
    pod = m.pod(workload_of(name))
    mounted = [mount["name"] for mount in pod.main["volumeMounts"] if mount["mountPath"] == SECRETS]
    found: dict[str, str] = {}
    for volume in pod.spec["volumes"]:
        if volume["name"] in mounted:
            for source in volume["projected"]["sources"]:
                found |= {item["path"]: "" for item in source["secret"]["items"]}
    return {path: _DUMMIES.get(path, f"dummy-{path}") for path in found}


def fields(classes: tuple[type[Any], ...]) -> set[str]:
    """The variables that these classes know."""
    return {f"TALEWRIGHT_{field.upper()}" for one in classes for field in one.model_fields}


def here(values: dict[str, str], folder: Path) -> dict[str, str]:
    """The same variables with secret files in a folder of this machine."""
    return {key: value.replace(SECRETS, str(folder)) for key, value in values.items()}
