"""The application against its own description: schemathesis draws requests from `/openapi.json`, good and bad ones, and
every answer must be one that the document promises. No 5xx, no undocumented status, no answer of another shape."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.gateway.app import make_api
from tests.gateway.world import ALICE, ROOT

ENDLESS = ("/api/events", "/api/task/{task_id}/events")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

schema = schemathesis.openapi.from_dict(make_api().openapi()).exclude(path=list(ENDLESS))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A world served by another process, since schemathesis waits for each answer."""
    command = [sys.executable, "-m", "tests.gateway.standing", str(tmp_path_factory.mktemp("standing"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case, address: str) -> None:
    token = ROOT if "workflows" in case.path else ALICE
    headers = {"Authorization": f"Bearer {token}"}
    case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)
