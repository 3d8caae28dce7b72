"""The catalogue: complete, documented, readable for Prometheus, and of a size that no client can blow up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.errors import ConcurrencyConflict, Invalid, Unavailable
from shared.eventstore.api import ApiError, Refused
from shared.telemetry import metrics as m
from shared.telemetry.metrics_bus import Links
from shared.telemetry.metrics_known import Known
from shared.telemetry.metrics_measure import appending, asking
from shared.telemetry.metrics_table import put_into
from tests.gateway.world import ALICE, World
from tests.telemetry.numbers import count, number

SERVICES = ("gateway", "tasks", "media", "auth")
CATALOGUE = {
    "gateway": """http_requests_total http_request_duration_seconds http_streams_open command_round_trip_seconds
        provider_breaker part_up views_lag_events""",
    "tasks": """command_duration_seconds commands_buried_total append_duration_seconds command_queue_waiting
        command_queue_in_hand command_queue_redelivered dead_letters projection_position projection_lag_events
        projection_lag_seconds projection_batch_seconds projection_batch_events projection_active process_active
        process_commands_owed_total""",
    "media": """command_duration_seconds commands_buried_total append_duration_seconds job_duration_seconds
        jobs_in_hand cost_usd_total provider_orders_total""",
    "auth": "append_duration_seconds auth_request_duration_seconds",
}
EVERYWHERE = "bus_connected bus_reconnects_total ready build_info"


def names_of(service: str) -> set[str]:
    registered = m.registry_of(service)._names_to_collectors
    return {name for name in registered if name.startswith("talewright_")}


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_tells_what_it_can_measure_and_nothing_else(service: str) -> None:
    wanted = {f"talewright_{name}" for name in f"{CATALOGUE[service]} {EVERYWHERE}".split()}
    told = names_of(service)
    assert wanted <= told
    of_others = {f"talewright_{name}" for names in CATALOGUE.values() for name in names.split()} - wanted
    assert not told & of_others


@pytest.mark.parametrize("service", SERVICES)
def test_prometheus_can_read_it(service: str) -> None:
    text = m.exposition(service).decode()
    families = list(text_string_to_metric_families(text))
    assert {"talewright_ready", "process_cpu_seconds", "python_info", "python_gc_collections"} <= {
        family.name for family in families
    }
    assert all(family.documentation for family in families)
    assert "_created" not in text


def test_the_document_has_the_table_as_it_is() -> None:
    document = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
    assert put_into(document) == document, "run: python -m shared.telemetry.metrics_table docs/metrics.md"


def test_a_value_with_quotes_and_lines_is_escaped() -> None:
    m.PROVIDER_BREAKER.replace({("a\\b", "open", 'said "no"\nand left'): 1})
    families = text_string_to_metric_families(m.exposition("gateway").decode())
    sample = next(family for family in families if family.name == "talewright_provider_breaker").samples[0]
    assert sample.labels == {"provider": "a\\b", "state": "open", "reason": 'said "no"\nand left'}
    m.PROVIDER_BREAKER.forget()


def test_what_nobody_knows_is_not_told() -> None:
    known = Known("some_lag", "A lag.")
    assert list(known.collect()) == []
    known.set(3)
    assert [sample.value for sample in next(known.collect()).samples] == [3]
    known.forget()
    assert list(known.collect()) == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "stored"),
        (ConcurrencyConflict(), "conflict"),
        (Invalid("too big"), "refused"),
        (Refused("x", ApiError()), "refused"),
        (Unavailable(), "unavailable"),
        (RuntimeError(), "unavailable"),
    ],
)
def test_appends_by_their_outcome(error: Exception | None, outcome: str) -> None:
    series = {"category": "test", "outcome": outcome}
    before = count("tasks", "append_duration_seconds_count", **series)
    try:
        with appending("test"):
            if error:
                raise error
    except type(error or ValueError()):
        pass
    assert count("tasks", "append_duration_seconds_count", **series) == before + 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "done"), (Invalid("x"), "rejected"), (ConcurrencyConflict(), "conflict"), (Unavailable(), "unavailable")],
)
def test_questions_by_their_outcome(error: Exception | None, outcome: str) -> None:
    series = {"command": "type", "outcome": outcome}
    before = count("gateway", "command_round_trip_seconds_count", **series)
    try:
        with asking(World):
            if error:
                raise error
    except type(error or ValueError()):
        pass
    assert count("gateway", "command_round_trip_seconds_count", **series) == before + 1


def test_the_bus_is_there_when_all_connections_are() -> None:
    links, one, two = Links(), object(), object()
    reconnects = count("auth", "bus_reconnects_total")
    links.up(one)
    links.up(two)
    assert number("auth", "bus_connected") == 1
    links.down(one)
    assert number("auth", "bus_connected") == 0
    links.up(one)
    assert number("auth", "bus_connected") == 1
    assert count("auth", "bus_reconnects_total") == reconnects + 1
    links.closed(one)
    links.closed(two)
    assert number("auth", "bus_connected") == 0


def requests() -> dict[tuple[str, ...], float]:
    found = {}
    for family in m.HTTP_REQUESTS.collect():
        for sample in family.samples:
            labels = sample.labels
            found[labels["surface"], labels["method"], labels["route"], labels["status"]] = sample.value
    return found


async def test_requests_are_told_by_route_and_not_by_path(world: World) -> None:
    before = requests()

    def news() -> dict[tuple[str, ...], float]:
        return {key: value - before.get(key, 0) for key, value in requests().items() if value != before.get(key, 0)}

    async with world.client(ALICE) as http:
        for task in range(1, 30):
            await http.get(f"/api/task/{task}/progress")
            await http.get(f"/nothing/here/{task}")
            await http.request(f"VERB{task}", "/health")
        await http.get("/api/task/abc/progress")
        await http.get("/v1/video/tasks/7")
        await http.get("/api/v1/projects/mine")
        await http.get("/api/sessions/8")
        await http.get("/api/storage/files/users/1/input/a.png/presigned-url")
        await http.get("/health")
        await http.post("/api/generate-images", content=b"x" * 1_000_001)
    told = news()
    assert told["stories", "GET", "/api/task/{task_id}/progress", "404"] >= 29
    assert told["system", "GET", "unmatched", "404"] == 29
    assert told["system", "other", "/health", "405"] == 29
    assert told["system", "GET", "/health", "200"] == 1
    assert told["sessions", "POST", "/api/generate-images", "413"] == 1, "refused before the router saw it"
    assert {key[0] for key in told} == {"stories", "sessions", "projects", "videos", "system"}
    assert ("sessions", "GET", "/api/storage/files/{file_key}/presigned-url", "404") in told or any(
        key[2] == "/api/storage/files/{file_key}/presigned-url" for key in told
    )
    assert len(told) < 14, told
    assert not any(char.isdigit() for key in told for char in key[2].replace("/v1", "")), "an id is a label"


async def test_a_replayed_answer_belongs_to_its_route(world: World) -> None:
    series = {"surface": "stories", "method": "POST", "route": "/api/task/new"}
    body = {"topic": "x", "main_role": "y"}
    async with world.client(ALICE, **{"Idempotency-Key": "k1"}) as http:
        first = await http.post("/api/task/new", json=body)
        before = count("gateway", "http_requests_total", **series, status=str(first.status_code))
        again = await http.post("/api/task/new", json=body)
    assert again.headers["idempotency-replayed"] == "true"
    assert count("gateway", "http_requests_total", **series, status=str(first.status_code)) == before + 1


async def test_durations_of_requests_are_told(world: World) -> None:
    series = {"surface": "system", "method": "GET", "route": "/health"}
    before = count("gateway", "http_request_duration_seconds_count", **series)
    async with world.client() as http:
        await http.get("/health")
    assert count("gateway", "http_request_duration_seconds_count", **series) == before + 1


async def test_the_public_port_tells_everything_unless_it_is_told_not_to(world: World, tmp_path: Path) -> None:
    async with world.client() as http:
        text = (await http.get("/metrics")).text
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"talewright_http_requests", "talewright_part_up", "process_cpu_seconds"} <= names
    (tmp_path / "b").mkdir()
    async with World(tmp_path / "b", metrics_public=False).running() as other, other.client() as http:
        answer = await http.get("/metrics")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


async def test_health_is_asked_at_most_once_a_second_however_often_metrics_are(tmp_path: Path) -> None:
    asked = 0

    async with World(tmp_path, health_cache_s=1.0).running() as world:
        last_position = world.bus.last_position

        async def counted() -> int:
            nonlocal asked
            asked += 1
            return await last_position()

        world.bus.last_position = counted  # type: ignore[method-assign]
        async with world.client() as http:
            for _ in range(5):
                assert (await http.get("/metrics")).status_code == 200
    assert asked == 1


@pytest.fixture
async def world(tmp_path: Path) -> Any:
    (tmp_path / "a").mkdir()
    async with World(tmp_path / "a").running() as built:
        yield built
