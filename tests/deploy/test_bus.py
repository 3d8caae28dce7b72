"""The bus as rendered for production: three real servers with TLS on this machine, and what KEDA would read there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nats.errors
import pytest

from shared.bus.connect import connect
from shared.bus.streams import prepare_streams
from shared.contracts.subjects import MEDIA_COMMANDS
from shared.eventstore.server import prepare_events_stream
from shared.settings import Settings
from tests.deploy.bus_cluster import PASSWORDS, Cluster
from tests.deploy.manifests import K8S, ROOT, rendered


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    one = Cluster(rendered("prod"), tmp_path)
    await asyncio.to_thread(one.start)
    yield one
    one.stop()


def settings_of(cluster: Cluster, user: str, password: str | None = None) -> Settings:
    return Settings(
        nats_url=cluster.url,
        nats_user=user,
        nats_password=password or PASSWORDS[user],
        nats_ca_file=str(cluster.folder / "ca.crt"),
        stream_replicas=3,
    )


def test_users_are_those_of_compose() -> None:
    """Kustomize reads no file outside of its folder, so there are two of them: cp deploy/nats/users.conf there."""
    assert (K8S / "components/nats/users.conf").read_text() == (ROOT / "deploy/nats/users.conf").read_text()


@pytest.mark.parametrize("variant", ["dev", "prod"])
def test_the_server_takes_its_configuration(variant: str, tmp_path: Path) -> None:
    found = Cluster(rendered(variant), tmp_path).check()
    assert found.returncode == 0, found.stderr


def test_a_spoiled_configuration_is_refused(tmp_path: Path) -> None:
    spoiled = rendered("prod")
    conf = spoiled.get("ConfigMap", "talewright-nats-config")["data"]
    conf["nats.conf"] = conf["nats.conf"].replace("sync_interval: always", "sync_interval: allways")
    assert Cluster(spoiled, tmp_path).check().returncode != 0


async def test_three_servers_keep_three_copies_and_tell_keda_how_long_the_queue_is(cluster: Cluster) -> None:
    tasks = await connect(settings_of(cluster, "tasks"), "tasks")
    await prepare_events_stream(tasks, 3)
    await prepare_streams(tasks, 3)
    js = tasks.jetstream()
    for number in range(5):
        await js.publish(f"{MEDIA_COMMANDS}.{number}", b"{}")
    media = await connect(settings_of(cluster, "media"), "media")
    pull = await media.jetstream().pull_subscribe_bind("media", stream="COMMANDS")
    assert len(await pull.fetch(2, timeout=5)) == 2

    stream = await js.stream_info("EVENTS")
    assert stream.config.num_replicas == 3
    assert (await _lag(cluster), await _lag(cluster)) == (5, 5)  # three wait, two are in hand

    gone = stream.cluster.leader if stream.cluster else None
    cluster.kill(int(str(gone)[-1]))
    assert await _stored(js)  # two of three are enough
    await tasks.close()
    await media.close()


async def _stored(js: Any) -> bool:
    for _ in range(100):
        try:
            await js.publish("tw.events.task.7.1.1", b"{}", timeout=1)
            return True
        except (nats.errors.Error, TimeoutError):
            await asyncio.sleep(0.1)
    return False


async def _lag(cluster: Cluster) -> int:
    """What the scaler for nats-jetstream counts: the way from any server to the consumer's leader, then its numbers."""
    told = rendered("prod").get("ScaledObject", "media")["spec"]["triggers"][0]["metadata"]
    page = f"jsz?acc={told['account']}&consumers=true&config=true"
    first = await asyncio.to_thread(cluster.ask, 0, "varz")
    assert not first.get("connect_urls")  # so KEDA goes by names
    leader = _consumer(await asyncio.to_thread(cluster.ask, 0, page), told)["cluster"]["leader"]
    assert leader in {"nats-0", "nats-1", "nats-2"}  # the first part of a name in nats-headless
    there = _consumer(await asyncio.to_thread(cluster.ask, int(leader[-1]), page), told)
    return int(there["num_pending"] + there["num_ack_pending"])


def _consumer(page: Any, told: dict[str, str]) -> Any:
    (account,) = [one for one in page["account_details"] if one["name"] == told["account"]]
    (stream,) = [one for one in account["stream_detail"] if one["name"] == told["stream"]]
    (consumer,) = [one for one in stream["consumer_detail"] if one["name"] == told["consumer"]]
    return consumer


async def test_who_has_no_password_or_no_right_is_refused(cluster: Cluster) -> None:
    with pytest.raises((nats.errors.Error, OSError)):
        await asyncio.wait_for(_once(settings_of(cluster, "gateway", "wrong")), 10)
    gateway = await connect(settings_of(cluster, "gateway"), "gateway")
    with pytest.raises((nats.errors.Error, TimeoutError)):
        await gateway.jetstream().publish("tw.events.task.7.1.1", b"{}", timeout=0.5)
    await gateway.close()


async def _once(settings: Settings) -> None:
    await nats.connect(
        settings.nats_url.split(","),
        user=settings.nats_user,
        password=settings.nats_password.get_secret_value(),
        tls=_context(settings),
        allow_reconnect=False,
        error_cb=_quiet,
    )


def _context(settings: Settings) -> Any:
    import ssl

    return ssl.create_default_context(cafile=settings.nats_ca_file)


async def _quiet(_: Exception) -> None:
    """The error is what is waited for."""
