"""What was once written can be read for ever."""

from __future__ import annotations

import pytest

from shared.contracts import registry
from shared.contracts.events import Event
from shared.errors import Undecodable
from tests.contracts.samples import GOLDEN, SAMPLES, golden_file


def test_every_type_has_a_sample_and_every_event_a_type():
    assert set(SAMPLES) == set(registry.TYPES) == set(registry.SCHEMA_VERSIONS)
    assert set(registry.TYPES.values()) == set(_all_events(Event))
    assert {name: type(event) for name, event in SAMPLES.items()} == registry.TYPES


def test_every_schema_version_of_every_type_has_a_golden_file():
    wanted = {golden_file(name, n).name for name, last in registry.SCHEMA_VERSIONS.items() for n in range(1, last + 1)}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


WITHOUT_DATA = {"task.deleted", "project.opened", "project.reverted", "project.closed", "project.deleted"}


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_a_golden_file_is_the_sample(path):
    name, _, schema = path.stem.rpartition(".v")
    assert registry.decode(name, int(schema), path.read_bytes()) == SAMPLES[name]


@pytest.mark.parametrize("name", registry.TYPES)
def test_encoding_is_stable(name: str):
    body = registry.encode(SAMPLES[name])
    again = registry.decode(name, registry.SCHEMA_VERSIONS[name], body)
    assert (again, registry.encode(again), registry.type_of(again)) == (SAMPLES[name], body, name)


@pytest.mark.parametrize("name", registry.TYPES)
def test_unknown_fields_of_a_newer_writer_are_ignored(name: str):
    body = registry.encode(SAMPLES[name])
    newer = body[:-1] + (b"," if len(body) > 2 else b"") + b'"from_the_future":[1]}'
    assert registry.decode(name, registry.SCHEMA_VERSIONS[name], newer) == SAMPLES[name]


@pytest.mark.parametrize("name", sorted(set(registry.TYPES) - WITHOUT_DATA))
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"nonsense", b'{"segment":"x","job":1,"name":2}', b"\xff\xfe"])
def test_a_body_of_another_shape_is_undecodable(name: str, body: bytes):
    with pytest.raises(Undecodable, match=name):
        registry.decode(name, registry.SCHEMA_VERSIONS[name], body)


def test_names_are_kebab_and_belong_to_a_category():
    for name in registry.TYPES:
        category, _, verb = name.partition(".")
        assert category in ("task", "job", "budget", "project", "usage", "workflow", "account")
        assert verb == verb.lower().replace("_", "-").strip("-") != ""


def _all_events(kind: type[Event]) -> list[type[Event]]:
    found = []
    for sub in kind.__subclasses__():
        if sub.__module__.startswith("shared."):
            found += [sub, *_all_events(sub)]
    return found
