"""Would each service start with the configuration it is given?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from pydantic import ValidationError

from shared.config.base import SECRETS_DIR
from shared.contracts.subjects import COMMANDS_STREAM
from tests.deploy.manifests import Manifests
from tests.deploy.settings import CLASSES, SECRETS, fields, here, secret_files, variables, workload_of

TRACING = "OTEL_"
DOCTORS = {"TALEWRIGHT_GATEWAY_URL", "TALEWRIGHT_OPS_URLS"}
"""What `talewright doctor` reads straight from the environment."""


def known(m: Manifests) -> Iterator[str]:
    """Every variable and every secret file is a setting of who gets it; a misspelt one would just be passed over.

    A map for several is known if one of them knows each key; a map for one, and what stands with a container, to it.
    """
    takers: dict[str, list[str]] = {}
    for name, classes in CLASSES.items():
        container = m.pod(workload_of(name)).main
        for source in container["envFrom"]:
            takers.setdefault(source["configMapRef"]["name"], []).append(name)
        for one in container["env"]:
            if one["name"] not in fields(classes) | (DOCTORS if name == "tools" else set()):
                yield f"{name}: {one['name']} is no setting of it"
        for file in secret_files(m, name):
            if not file.endswith(".crt") and file.upper() not in fields(classes):
                yield f"{name}: the file {file} is no setting of it"
    for map_name, names in takers.items():
        settings = {SECRETS_DIR}.union(*(fields(CLASSES[name]) for name in names))
        for key in m.get("ConfigMap", map_name)["data"]:
            if key not in settings and not key.startswith(TRACING):
                yield f"{names[0]}: {key} is no setting of {', '.join(names)}"


def valid(m: Manifests) -> Iterator[str]:
    """The settings classes take the values, together with the secrets."""
    for name in CLASSES:
        with TemporaryDirectory() as folder:
            yield from (f"{name}: {fault}" for fault in _faults(m, name, Path(folder)))


def _faults(m: Manifests, name: str, folder: Path) -> Iterator[str]:
    given = variables(m, name)
    if given.get(SECRETS_DIR) != SECRETS:
        yield "its secrets are mounted elsewhere than it looks"
    for file, value in secret_files(m, name).items():
        (folder / file).write_text(value)
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("TALEWRIGHT_", "REPLICATE_"))}
    with mock.patch.dict(os.environ, bare | here(given, folder), clear=True):
        for one in CLASSES[name]:
            try:
                settings = one()
            except ValidationError as error:
                yield from (f"{one.__name__}: {found['loc']} {found['msg']}" for found in error.errors())
                continue
            yield from (str(fault) for fault in settings.faults())  # warnings, too


def doctor(m: Manifests) -> Iterator[str]:
    """The addresses that the doctor is given are Services with such a port."""
    given = variables(m, "tools")
    urls = [
        given["TALEWRIGHT_GATEWAY_URL"],
        *(one.partition("=")[2] for one in given["TALEWRIGHT_OPS_URLS"].split(",")),
    ]
    for url in urls:
        host, _, port = url.removeprefix("http://").partition(":")
        service = m.find("Service", host)
        if service is None or int(port or 80) not in {one["port"] for one in service["spec"]["ports"]}:
            yield f"tools: no Service answers at {url}"


def secrets_given(m: Manifests) -> Iterator[str]:
    """What needs a password has one, and nobody has another's."""
    for name in CLASSES:
        given, files = variables(m, name), secret_files(m, name)
        for url, password in (("ACCOUNTS_URL", "accounts_password"), ("READMODEL_URL", "readmodel_password")):
            has, needs = f"talewright_{password}" in files, f"TALEWRIGHT_{url}" in given
            if has != needs:
                yield f"{name}: {url} {'without' if needs else 'is missing, but there is'} a password"
        if ("TALEWRIGHT_NATS_USER" in given) != ("talewright_nats_password" in files):
            yield f"{name}: a user of the bus without a password"
        if ("TALEWRIGHT_S3_ENDPOINT" in given) != ("talewright_s3_secret_key" in files):
            yield f"{name}: a bucket without keys"
        for key in given:
            if any(word in key for word in ("PASSWORD", "SECRET_KEY", "TOKEN")):
                yield f"{name}: {key} stands in the manifest"


def bus(m: Manifests) -> Iterator[str]:
    """The users that services log in as exist at the bus; copies fit the number of servers."""
    users = m.get("ConfigMap", "talewright-nats-users")["data"]["users.conf"]
    passwords = {one["name"] for one in m.pod("nats").main["env"]}
    for name in CLASSES:
        user = variables(m, name).get("TALEWRIGHT_NATS_USER")
        if user and (f"user: {user}\n" not in users or f"NATS_{user.upper()}_PASSWORD" not in passwords):
            yield f"{name}: the bus knows no user {user}, or no password of it"
    servers = m.pod("nats").owner["spec"]["replicas"]
    copies = int(variables(m, "tasks")["TALEWRIGHT_STREAM_REPLICAS"])
    if copies > servers:
        yield f"{copies} copies of each stream on {servers} servers"
    if servers > 1 and copies != 3:
        yield f"{servers} servers, but {copies} copies of each stream"
    url = variables(m, "tasks")["TALEWRIGHT_NATS_URL"]
    if ("tls://" in url) != ("tls {" in m.get("ConfigMap", "talewright-nats-config")["data"]["nats.conf"]):
        yield "clients and servers of the bus do not agree on TLS"
    for scaled in m.all("ScaledObject"):
        told = scaled["spec"]["triggers"][0]["metadata"]
        if told["stream"] != COMMANDS_STREAM:
            yield f"KEDA looks at the stream {told['stream']}"
