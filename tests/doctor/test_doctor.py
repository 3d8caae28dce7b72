"""The doctor looks at real parts: well they are well, and each thing that breaks is told in words."""

from __future__ import annotations

import asyncio
import json
import time

import msgspec
import pytest
from nats.aio.client import Client
from sqlalchemy import create_engine, text

from shared.bus.deadletters import bury
from shared.contracts.providers import Circuit
from shared.contracts.subjects import PROVIDERS_BUCKET
from shared.eventstore.api import ask
from talewright.doctor.run import examine
from talewright.doctor.show import plain
from talewright.embedded.nats_server import NatsServer
from tests.doctor.conftest import Home, command, ill, installation, seen

pytestmark = pytest.mark.usefixtures("environment")


async def test_a_healthy_system_is_healthy(home: Home) -> None:
    report = await examine()
    assert report.healthy
    assert ill(report) == [], plain(report)
    well = {finding.name for finding in report.checks if finding.level == "ok"}
    assert {
        "settings", "bus", "storage on disk", "stream EVENTS", "stream COMMANDS", "stream DEADLETTERS",
        "stream NUMBERS", "commands of tasks", "commands of media", "lease process", "dead letters", "providers",
        "auth", "signing keys", "accounts", "read models", "views", "bucket", "clock of the bus", "clock of the store",
    } <= well  # fmt: skip


async def test_the_command_tells_it_to_people_and_to_programs(home: Home) -> None:
    code, out, err = await command("doctor")
    assert (code, err) == (0, "")
    assert "Healthy: " in out
    code, out, _ = await command("doctor", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["healthy"] is True
    assert {"name": "dead letters", "level": "ok", "sentence": "There are none.", "advice": ""} in told["checks"]


async def test_it_is_healthy_on_postgresql_too(
    environment: pytest.MonkeyPatch, postgres_url: str, nats_server: NatsServer, nc: Client
) -> None:
    environment.setenv("TALEWRIGHT_ACCOUNTS_URL", postgres_url)
    environment.setenv("TALEWRIGHT_READMODEL_URL", postgres_url)
    async with installation(nats_server, nc):
        assert ill(await seen()) == []
    environment.setenv("TALEWRIGHT_READMODEL_URL", postgres_url.replace("://", "://nobody-") + "_gone")
    found = (await seen())["read models"]
    assert found.level == "problem"
    assert "TALEWRIGHT_READMODEL_URL" in found.advice


async def test_a_bus_that_is_away(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TALEWRIGHT_NATS_URL", "nats://user:hunter2@127.0.0.1:1")
    began = time.monotonic()
    code, out, err = await command("doctor")
    assert time.monotonic() - began < 15  # ten of its own, and the start of Python on a busy machine
    assert (code, err) == (1, "")
    assert "PROBLEM" in out
    assert "nobody listens there" in out
    assert "Not looked at" in out
    assert "hunter2" not in out


async def test_a_wrong_password(environment: pytest.MonkeyPatch, tmp_path) -> None:
    guarded = NatsServer(tmp_path / "guarded", token="the token")
    guarded.start()
    environment.setenv("TALEWRIGHT_NATS_URL", guarded.url)
    environment.setenv("TALEWRIGHT_NATS_TOKEN", "hunter2")
    code, out, err = await command("doctor")
    guarded.kill()
    assert (code, err) == (1, "")
    assert "refuses our credentials" in out
    assert "TALEWRIGHT_NATS_TOKEN" in out
    assert "hunter2" not in out


async def test_a_stream_that_was_changed(home: Home, nc: Client) -> None:
    stands = (await ask(nc, "STREAM.INFO.NUMBERS"))["config"]
    await ask(nc, "STREAM.UPDATE.NUMBERS", {**stands, "max_msgs": 5})
    found = (await seen())["stream NUMBERS"]
    assert found.level == "ok"  # a limit that nobody asked for is nobody's promise
    stands = (await ask(nc, "STREAM.INFO.DEADLETTERS"))["config"]
    await ask(nc, "STREAM.UPDATE.DEADLETTERS", {**stands, "max_msgs": 5})
    found = (await seen())["stream DEADLETTERS"]
    assert found.level == "problem"
    assert "max_msgs is 5 instead of 100000" in found.sentence


async def test_a_stream_that_is_gone(home: Home, nc: Client) -> None:
    await nc.jetstream().delete_stream("NUMBERS")
    found = (await seen())["stream NUMBERS"]
    assert found.level == "problem"
    assert "no stream NUMBERS" in found.sentence


async def test_a_consumer_that_is_gone_and_a_lease_that_nobody_holds(
    home: Home, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talewright.doctor.leases.TTL_S", 0.0)
    home.media.cancel()
    await home.stop_tasks()  # else it is made again within a second
    await nc.request("$JS.API.CONSUMER.DELETE.COMMANDS.media", b"")
    found = await seen()
    assert found["commands of media"].level == "problem"
    assert "no consumer media" in found["commands of media"].sentence
    assert found["lease process"].level == "problem"
    assert "Nobody holds it" in found["lease process"].sentence


async def test_a_projector_that_stands_still(home: Home, nc: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talewright.doctor.leases.TTL_S", 0.0)
    await home.stop_tasks()
    await nc.jetstream().publish("tw.events.usage.7.7", b"not an event, but one more")
    found = await seen()
    assert found["views"].level == "ok"
    assert "only just come" in found["views"].sentence
    assert [name for name in ill(found) if name.startswith("lease")] != []
    monkeypatch.setattr("talewright.doctor.views._LATE_S", 0.5)
    late = (await seen())["views"]
    assert late.level == "warning"
    assert "do not move" in late.sentence


async def test_a_key_that_the_store_does_not_know(home: Home, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TALEWRIGHT_S3_SECRET_KEY", "hunter2")
    found = await seen()
    assert found["bucket"].level == "problem"
    assert "refuses our credentials" in found["bucket"].sentence
    assert "TALEWRIGHT_S3_SECRET_KEY" in found["bucket"].advice
    assert "hunter2" not in str(found)


async def test_a_store_that_is_away_and_a_bucket_that_is_not_there(home: Home, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TALEWRIGHT_S3_BUCKET", "never-made")
    found = (await seen())["bucket"]
    assert found.level == "problem"
    assert "TALEWRIGHT_S3_BUCKET" in found.advice
    environment.setenv("TALEWRIGHT_S3_ENDPOINT", "127.0.0.1:1")
    found = (await seen())["bucket"]
    assert found.level == "problem"
    assert "TALEWRIGHT_S3_ENDPOINT" in found.advice


async def test_a_schema_that_is_behind(home: Home, environment: pytest.MonkeyPatch, tmp_path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/accounts.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE accounts_version SET version_num = '0001'"))
    engine.dispose()
    environment.setenv("TALEWRIGHT_READMODEL_URL", f"sqlite:///{tmp_path}/none.db")
    found = await seen()
    assert "lacks schema revision 0002" in found["accounts"].sentence
    assert "talewright migrate" in found["accounts"].advice
    assert "There is no database" in found["read models"].sentence
    assert {found["accounts"].level, found["read models"].level} == {"problem"}
    assert not (tmp_path / "none.db").exists()


async def test_dead_letters(home: Home, nc: Client) -> None:
    await bury(nc, "media", "tw.commands.media.draw", b"{}", "The model is not there.", 5)
    found = (await seen())["dead letters"]
    assert found.level == "problem"
    assert "1 command given up" in found.sentence
    assert "The model is not there." in found.sentence
    assert "dead-letters list" in found.advice


async def test_a_provider_that_wants_money(home: Home, nc: Client) -> None:
    bucket = await nc.jetstream().create_key_value(bucket=PROVIDERS_BUCKET)
    soon = int(time.time() * 1000) + 60_000
    circuit = Circuit(state="open", reason="billing", until_ms=soon)
    await bucket.put("replicate.circuit", msgspec.json.encode(circuit))
    found = (await seen())["provider replicate"]
    assert found.level == "problem"
    assert "billing" in found.sentence
    assert "credit" in found.advice


async def test_an_auth_service_that_is_away(home: Home) -> None:
    await home.auth.broker.stop()
    found = await seen()
    assert found["auth"].level == "problem"
    assert "nobody listens" in found["auth"].sentence
    assert found["signing keys"].level == "skipped"


async def test_settings_that_are_wrong(home: Home, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TALEWRIGHT_MEDIA_JOBS_AT_ONCE", "many")
    environment.setenv("TALEWRIGHT_NATS_ULR", "nats://x")
    assert "TALEWRIGHT_MEDIA_JOBS_AT_ONCE" not in await seen()  # media's own, on a machine of its own
    environment.setenv("TALEWRIGHT_PROFILE", "embedded")
    found = await seen()
    assert found["TALEWRIGHT_MEDIA_JOBS_AT_ONCE"].level == "problem"
    assert "TALEWRIGHT_NATS_URL" in found["TALEWRIGHT_NATS_ULR"].advice
    assert found["bus"].level == "ok"  # what does not depend on it is still looked at
    environment.setenv("TALEWRIGHT_STREAM_REPLICAS", "many")
    found = await seen()
    assert found["everything else"].level == "skipped"


async def test_a_gateway_and_ops_servers_that_do_not_answer(home: Home, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TALEWRIGHT_GATEWAY_URL", "http://127.0.0.1:1")
    environment.setenv("TALEWRIGHT_OPS_URLS", "tasks=http://127.0.0.1:1")
    found = await seen()
    assert found["gateway"].level == "problem"
    assert found["ready tasks"].level == "problem"


async def test_it_ends_in_time_whatever_hangs(home: Home, environment: pytest.MonkeyPatch) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    environment.setenv("TALEWRIGHT_S3_ENDPOINT", f"127.0.0.1:{port}")
    environment.setenv("TALEWRIGHT_ACCOUNTS_URL", f"postgresql://u@127.0.0.1:{port}/x")
    began = time.monotonic()
    report = await examine(3.0)
    assert time.monotonic() - began < 3.5
    assert {"accounts", "bucket"} <= set(ill(report))
    server.close()
