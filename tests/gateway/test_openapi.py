"""The API's description: current, whole, and true to the surfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from services.gateway import examples
from services.gateway.app import make_api
from services.gateway.describe import text

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
JSON = "application/json"
SURFACES = {"stories", "projects", "sessions", "videos"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in make_api().openapi()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_committed_document_is_current() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == text(), "run `make openapi`"


def test_every_surface_is_a_tag_and_every_route_has_one() -> None:
    document = make_api().openapi()
    tags = {tag["name"] for tag in document["tags"]}
    assert tags >= SURFACES
    assert {tag for _, _, operation in operations() for tag in operation["tags"]} == tags


def test_every_route_says_what_it_does_and_how_it_fails() -> None:
    for path, method, operation in operations():
        assert operation["description"], path
        assert "503" in operation["responses"], path
        if operation.get("security"):
            assert "401" in operation["responses"], path
        if method == "post":
            assert {"409", "413"} <= operation["responses"].keys(), path


def test_each_surface_has_its_error_form() -> None:
    for path, _, operation in operations():
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")) and "content" in response and not path.endswith("health") and path != "/":
                named = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                assert (named == "ProjectErrorOut") == path.startswith("/api/v1"), (path, status)


def test_projects_never_answer_422_and_always_tell_the_limit() -> None:
    for path, _, operation in operations():
        if path.startswith("/api/v1"):
            assert "422" not in operation["responses"]
            for response in operation["responses"].values():
                assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= response["headers"].keys()


def test_nothing_is_referred_to_that_is_not_there() -> None:
    schemas = make_api().openapi()["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text())) <= schemas.keys()


def json_contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON or form body and every JSON answer of success: what it is of, its schema and its example."""
    for path, method, operation in operations():
        name = f"{method.upper()} {path}"
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            if not media_type.startswith("multipart/"):
                yield name, content
        for status, response in operation["responses"].items():
            if status.startswith("2") and JSON in response.get("content", {}):
                yield f"{name} {status}", response["content"][JSON]


def test_every_body_and_every_answer_has_an_example_that_fits_it() -> None:
    document = make_api().openapi()
    for name, content in json_contents():
        assert "example" in content, name
        schema = {**content.get("schema", {}), "components": document["components"]}
        faults = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
        assert not faults, (name, faults)


def test_examples_show_every_field_of_an_answer() -> None:
    schemas = make_api().openapi()["components"]["schemas"]
    for name, content in json_contents():
        model = schemas.get(content.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
        if model and name not in examples.BODIES:
            assert set(model.get("properties", ())) - set(content["example"]) <= {"next"}, name


def test_no_example_is_of_a_route_that_is_not_there() -> None:
    routes = {f"{method.upper()} {path}" for path, method, _ in operations()}
    named = {re.sub(r" \d+$", "", name) for name in (*examples.BODIES, *examples.ANSWERS)}
    assert named <= routes
