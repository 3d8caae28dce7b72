"""Which servers and streams are fit, and how the stream is made."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from nats.aio.client import Client, ServerVersion

from shared.eventstore.api import ask
from shared.eventstore.server import UnfitServer, check_echo, check_version, prepare_events_stream, stream_config


@pytest.mark.parametrize("version", ["2.9.25", "2.11.15", "2.11.99-beta", "1.99.0", "2.12", "", "nonsense"])
def test_an_old_server_is_refused(version: str):
    with pytest.raises(UnfitServer, match=r"2\.12\.0"):
        check_version(version)


@pytest.mark.parametrize(("version", "warned"), [("2.12.0", 1), ("2.14.5", 1), ("2.14.6", 0), ("2.15.1", 0)])
def test_a_slow_server_is_warned_of(version: str, warned: int, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        check_version(version)
    assert caplog.text.count("slowly") == warned


async def test_the_connected_servers_version_is_checked(nc: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Client, "connected_server_version", ServerVersion("2.10.26"))
    with pytest.raises(UnfitServer, match=r"2\.10\.26"):
        await prepare_events_stream(nc)


async def test_the_stream_is_made_once_and_found_again(nc: Client):
    await prepare_events_stream(nc)
    await nc.jetstream().publish("tw.events.task.ann.t1.1", b"")
    await prepare_events_stream(nc)
    info = await ask(nc, "STREAM.INFO.EVENTS")
    assert info["state"]["messages"] == 1
    kept = info["config"]
    assert (kept["storage"], kept["retention"], kept["max_age"]) == ("file", "limits", 0)
    assert kept["deny_delete"] is kept["deny_purge"] is kept["allow_direct"] is True


@pytest.mark.parametrize(
    "other", [{"allow_direct": False}, {"max_age": 10**12}, {"discard": "old"}, {"compression": "s2"}], ids=repr
)
async def test_a_stream_that_can_be_put_right_is(nc: Client, other: dict[str, Any]):
    await ask(nc, "STREAM.CREATE.EVENTS", stream_config(1) | other)
    await prepare_events_stream(nc)
    check_echo(stream_config(1), (await ask(nc, "STREAM.INFO.EVENTS"))["config"])


@pytest.mark.parametrize("other", [{"storage": "memory"}, {"retention": "workqueue"}, {"sealed": True}])
async def test_a_stream_that_cannot_be_put_right_is_refused(nc: Client, other: dict[str, Any]):
    created = {key: value for key, value in other.items() if key != "sealed"}
    made = (await ask(nc, "STREAM.CREATE.EVENTS", stream_config(1) | created))["config"]
    if "sealed" in other:
        await ask(nc, "STREAM.UPDATE.EVENTS", made | other)
    with pytest.raises(UnfitServer, match="EVENTS"):
        await prepare_events_stream(nc)


async def test_subjects_that_another_stream_has_are_refused(nc: Client):
    await ask(nc, "STREAM.CREATE.OTHER", {"name": "OTHER", "subjects": ["tw.events.task.>"]})
    with pytest.raises(UnfitServer, match="overlap"):
        await prepare_events_stream(nc)


def test_a_server_that_drops_a_field_is_refused():
    wanted = stream_config(1)
    check_echo(wanted, wanted | {"some_new_field": 1})
    check_echo(wanted, {key: value for key, value in wanted.items() if key != "allow_rollup_hdrs"})
    for dropped in ("deny_purge", "allow_direct", "storage", "duplicate_window", "discard"):
        with pytest.raises(UnfitServer, match=dropped):
            check_echo(wanted, {key: value for key, value in wanted.items() if key != dropped})
    with pytest.raises(UnfitServer, match="mirror"):
        check_echo(wanted, wanted | {"mirror": {"name": "X"}})
