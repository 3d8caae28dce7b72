"""Are the objects what the API servers of current versions take? Warnings count as errors."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
from kubernetes_validate import utils

from tests.deploy.manifests import Manifests, Object

VERSIONS = ("1.32", "1.34", "1.37")
"""The oldest that we say works, one between, and the newest that the validator knows."""

CUSTOM = ("Certificate", "Issuer", "PodMonitor", "PrometheusRule", "ScaledObject")
"""Kinds of others, each with a schema of its own in `schemas`: no other kind may go unchecked."""

_SCHEMAS = Path(__file__).parent / "schemas"

# It reads its definitions, 2 MB, anew for each object.
utils.schema_contents = functools.cache(utils.schema_contents)


def schemas(m: Manifests) -> Iterator[str]:
    """Every object by the strict schemas of each version."""
    for one in m.objects:
        name = f"{one['kind']} {one['metadata']['name']}"
        if one["kind"] in CUSTOM:
            yield from (f"{name}: {fault}" for fault in _custom(one))
        else:
            yield from (f"{name}: {fault}" for version in VERSIONS for fault in _builtin(one, version))


def _builtin(one: Object, version: str) -> Iterator[str]:
    try:
        kubernetes_validate.validate(one, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{version}: {'.'.join(map(str, error.path))}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        yield error.message


def _custom(one: Object) -> Iterator[str]:
    for error in jsonschema.Draft202012Validator(_schema(one["kind"])).iter_errors(one):
        yield f"{'.'.join(map(str, error.path))}: {error.message}"


@functools.cache
def _schema(kind: str) -> Any:
    return json.loads((_SCHEMAS / f"{kind}.json").read_text())
