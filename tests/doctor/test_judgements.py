"""What the doctor makes of what he hears: pure."""

from __future__ import annotations

import pytest

from services.auth.keyring import KeyAge
from shared.bus.streams import consumers as wanted_consumers
from shared.contracts.providers import Circuit
from shared.eventstore.server import stream_config
from talewright.doctor import accounts, bucket, bus, clocks, consumers, http, providers, streams, views
from talewright.doctor.findings import Finding, counted, ok, problem, report, skipped, warning
from talewright.doctor.show import plain
from talewright.doctor.views import Behind, Standing

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("version", "level"), [("2.11.9", "problem"), ("2.12.0", "warning"), ("2.14.6", "ok"), ("2.15.1", "ok")]
)
def test_versions(version: str, level: str) -> None:
    assert bus.judge_version("here", version).level == level


@pytest.mark.parametrize(
    ("used", "limit", "level"),
    [(5, -1, "ok"), (10, 100, "ok"), (80, 100, "warning"), (95, 100, "problem"), (0, 0, "problem")],
)
def test_room(used: int, limit: int, level: str) -> None:
    account = {"storage": used, "memory": 0, "limits": {"max_storage": limit, "max_memory": -1}}
    disk, memory = bus.judge_storage(account)
    assert (disk.level, memory.level) == (level, "ok")


def test_why_there_is_no_bus() -> None:
    assert "TALEWRIGHT_NATS_TOKEN" in bus.judge_absence("here", "it refuses our credentials").advice
    assert "TALEWRIGHT_NATS_URL" in bus.judge_absence("here", "nobody listens there").advice


def info(replicas: int = 1, **changed: object) -> dict:
    config = {**stream_config(replicas), **changed}
    return {"config": config, "state": {"messages": 3}, "cluster": {"leader": "n1", "replicas": []}}


def test_streams() -> None:
    wanted = stream_config(1)
    assert streams.judge("EVENTS", wanted, info()).level == "ok"
    assert streams.judge("EVENTS", wanted, None).level == "problem"
    thinned = {key: value for key, value in stream_config(1).items() if value}
    assert streams.differences(wanted, thinned) == []
    found = streams.judge("EVENTS", wanted, info(deny_delete=False, mirror={"name": "x"}))
    assert found.level == "problem"
    assert "deny_delete is False instead of True" in found.sentence
    assert "it has mirror" in found.sentence


@pytest.mark.parametrize(
    ("peer", "words"),
    [
        ({"name": "n2", "current": True, "lag": 0}, ""),
        ({"name": "n2", "current": False, "lag": 40}, "n2 is 40 operations behind"),
        ({"name": "n2", "current": False, "offline": True}, "n2 is offline"),
    ],
)
def test_copies(peer: dict, words: str) -> None:
    answer = info(3)
    answer["cluster"]["replicas"] = [peer, {"name": "n3", "current": True}]
    found = streams.judge("EVENTS", stream_config(3), answer)
    assert (found.level == "problem") == bool(words)
    assert words in found.sentence
    answer["cluster"] = {}
    assert "no leader" in streams.judge("EVENTS", stream_config(3), answer).sentence


@pytest.mark.parametrize(
    ("numbers", "level"),
    [
        ({"num_waiting": 1}, "ok"),
        ({"num_ack_pending": 1}, "ok"),
        ({"num_pending": 7}, "problem"),
        ({"num_waiting": 1, "num_pending": 1_001}, "warning"),
        ({"num_waiting": 1, "num_redelivered": 1}, "warning"),
    ],
)
def test_consumers(numbers: dict, level: str) -> None:
    wanted = wanted_consumers(1)[0].as_dict()
    stands = {key: getattr(value, "value", value) for key, value in wanted.items()}
    nothing = dict.fromkeys(("num_waiting", "num_ack_pending", "num_pending", "num_redelivered"), 0)
    assert consumers.judge("tasks", wanted, {**nothing, **numbers, "config": stands}).level == level
    stands["ack_wait"] = 1
    assert consumers.judge("tasks", wanted, {**nothing, "num_waiting": 1, "config": stands}).level == "problem"


@pytest.mark.parametrize(
    ("behind", "level"),
    [
        (Behind(0, 0.0, False), "ok"),
        (Behind(9, 1.0, False), "ok"),
        (Behind(9_000, 90.0, True), "warning"),
        (Behind(9, 10.0, False), "warning"),
        (Behind(9, 31.0, False), "problem"),
    ],
)
def test_lag(behind: Behind, level: str) -> None:
    assert views.judge_lag(behind).level == level


def test_read_models() -> None:
    assert views.judge_database(Standing(generation=2, position=5, schemas=(4,))).level == "ok"
    assert "at schema 3" in views.judge_database(Standing(schemas=(3,))).sentence
    assert "no read models" in views.judge_database(Standing()).sentence
    assert "revision 0001" in views.judge_database(Standing(missing=("0001",))).sentence


@pytest.mark.parametrize(
    ("ahead_s", "level"), [(0.3, "ok"), (-1.9, "ok"), (3.0, "warning"), (-59.0, "warning"), (61.0, "problem")]
)
def test_clocks(ahead_s: float, level: str) -> None:
    assert clocks.judge("clock", ahead_s, 0.0).level == level
    assert clocks.judge("clock", 2.5, 1.0).level == "ok"


def test_keys() -> None:
    key = KeyAge(1_000, "k1")
    assert accounts.judge_keys(["k1"], None, 0).level == "skipped"
    assert accounts.judge_keys(["k1"], key, 400 * DAY_MS).level == "warning"
    assert accounts.judge_keys(["k1"], key, 2 * DAY_MS).sentence == "The key that signs is 1 day old."
    assert accounts.judge_keys(["k2"], key, 0).level == "warning"
    assert accounts.judge_service([], "").level == "problem"


def test_the_reasons_of_a_store() -> None:
    assert "SECRET_KEY" in bucket.judge_failure("b", "The artifact store refuses our credentials").advice
    assert "S3_BUCKET" in bucket.judge_failure("b", "The artifact store failed: NoSuchBucket").advice
    assert "S3_ENDPOINT" in bucket.judge_failure("b", "The artifact store does not answer").advice


@pytest.mark.parametrize(
    ("circuit", "level"),
    [
        (Circuit(), "ok"),
        (Circuit(state="open", reason="errors", until_ms=99), "warning"),
        (Circuit(state="half-open", reason="errors"), "warning"),
        (Circuit(state="open", reason="credentials", until_ms=99), "problem"),
        (Circuit(state="open", reason="billing", until_ms=5), "problem"),
    ],
)
def test_providers(circuit: Circuit, level: str) -> None:
    assert providers.judge("replicate", circuit, 10).level == level


def test_what_services_say_of_themselves() -> None:
    assert http.judge_gateway("u", 200, {"status": "healthy"}).level == "ok"
    assert "does not answer" in http.judge_gateway("u", 0, {}).sentence
    assert "answers 502" in http.judge_gateway("u", 502, {}).sentence
    ill = {"checks": {"views": {"ok": False}, "auth": {"ok": True}}}
    assert http.judge_gateway("u", 503, ill).sentence == "u is unhealthy: views."
    ready = {"ready": False, "checks": {"bus": {"ok": False, "why": "It is away."}, "database": {"ok": True}}}
    assert "bus: It is away." in http.judge_ready("tasks", "u", 503, ready).sentence
    assert http.judge_ready("tasks", "u", 200, {}).level == "ok"
    assert http.judge_ready("tasks", "u", 0, {}).level == "problem"
    assert http.ops_urls("auth=http://a:1/, http://b:2") == {"auth": "http://a:1", "b:2": "http://b:2"}


def test_the_whole_is_healthy_without_problems_and_says_so() -> None:
    well = [ok("one", "Fine."), warning("two", "Hm.", "Look."), skipped("three", "Not looked at.")]
    assert report(well).healthy
    assert plain(report(well)).splitlines()[-1] == "Healthy: 1 check passed (1 warning, 1 not looked at)."
    ill = report([*well, problem("four", "It is " + "very " * 40 + "ill.", "Do this.")])
    assert not ill.healthy
    text = plain(ill)
    assert text.endswith("1 problem (1 warning, 1 not looked at).")
    assert max(map(len, text.splitlines())) <= 110
    assert "-> Do this." in text
    assert Finding("x", "ok", "y").advice == ""
    assert [counted(1, "letter"), counted(2_000, "letter")] == ["1 letter", "2,000 letters"]
