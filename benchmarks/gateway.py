"""The gateway against its targets: `python -m benchmarks.gateway [--quick | --smoke]` (Linux).

* reads: `GET /api/task/{id}/progress` with a token, on a real SQLite read model of 1,000 tasks, beside a bare typed
  FastAPI route on the same server, in turns; the ratio of the medians is what counts;
* events: appended to a real event store with every write flushed, and read over server-sent events by 200 clients:
  once each client its own task, once all of them everything.

Server, load and bus share this machine's cores.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import jwt
import nats
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Engine, insert

from benchmarks import sizes
from benchmarks.gateway_feed import Delivered, Reader, deliver
from benchmarks.gateway_servers import KID
from benchmarks.http_load import load
from shared.bus.service import run
from shared.contracts.accounts import AUDIENCE, ISSUER
from shared.contracts.workflow import STORY
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream
from shared.readmodel import database
from shared.readmodel.tables import tables_of
from talewright.embedded.nats_server import NatsServer

TASKS = 1_000
CONNECTIONS = 32
RATIO_TARGET = 0.55
DISK_TO_CLIENT_TARGET_MS = 20
FAN_OUT_TARGET_MS = 25
CPU_TARGET = 0.5


class Row(NamedTuple):
    """One line of the table; a target of None is for information."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


class Served:
    """A server of ours in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self.pid = process, process.pid

    @cached_property
    def port(self) -> int:
        """Where it serves; at first this waits until it does."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextmanager
def serving(kind: str, folder: Path, bus: str = "", views: str = "") -> Iterator[Served]:
    """Starts one of `benchmarks.gateway_servers`, not waiting for it, and ends it. `views` is a URL; else they are in
    the folder."""
    command = [sys.executable, "-m", "benchmarks.gateway_servers", kind, "--folder", str(folder), "--bus", bus]
    command += ["--views", views or sqlite_in(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Served(process)
    finally:
        process.terminate()
        process.wait(15)


def sqlite_in(folder: Path) -> str:
    """The URL of the read model below a folder."""
    return f"sqlite:///{folder / 'views.db'}"


def prepare(folder: Path) -> str:
    """Read model and key below a folder; returns a token of user 1."""
    engine = database.open_engine(sqlite_in(folder))
    fill(engine, database.prepare(engine))
    key = Ed25519PrivateKey.generate()
    (folder / "public.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    now_s = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "1", "username": "bench", "admin": False}
    claims |= {"iat": now_s, "exp": now_s + 3600, "jti": "bench"}
    return jwt.encode(claims, key, "EdDSA", headers={"kid": KID})


def fill(engine: Engine, generation: int) -> None:
    """A thousand tasks of user 1 in the middle of their work."""
    segments = [
        {"id": s.id, "name": s.name, "waves": [[{"kind": g.kind, "per": g.per} for g in w] for w in s.waves]}
        for s in STORY.segments
    ]
    row = {
        "owner": "1",
        "surface": "stories",
        "workflow": "story",
        "workflow_version": 1,
        "segments": segments,
        "brief": {"topic": "kites"},
        "title": "Kites",
        "status": "running",
        "current_segment": 3,
        "running_segment": 4,
        "items_done": 2,
        "items_total": 6,
        "progress": 0.6667,
        "orders": {},
        "approvals": {},
    }
    with engine.begin() as connection:
        rows = [{**row, "task": str(n), "created_position": n, "position": n} for n in range(1, TASKS + 1)]
        connection.execute(insert(tables_of(generation)["tasks"]), rows)
    engine.dispose()


async def measure_reads(folder: Path, token: str, size: sizes.Gateway) -> list[Row]:
    """Rounds in turns, so that a noisy neighbour hurts both alike."""
    headers = {"Authorization": f"Bearer {token}"}
    ours = [f"/api/task/{1 + n * TASKS // CONNECTIONS}/progress" for n in range(CONNECTIONS)]
    peers = [path.replace("/api/task", "/bare").removesuffix("/progress") for path in ours]
    rates: dict[str, list[float]] = {"bare": [], "ours": []}
    late_s: list[float] = []
    with serving("bare", folder) as bare, serving("gateway", folder) as gateway:
        bare_port, our_port = bare.port, gateway.port
        for _ in range(size.rounds):
            rates["bare"].append((await load(bare_port, peers, {}, size.reads_s))[0])
            rate, latencies_s = await load(our_port, ours, headers, size.reads_s)
            rates["ours"].append(rate)
            late_s += latencies_s
    ours_per_s, bare_per_s = statistics.median(rates["ours"]), statistics.median(rates["bare"])
    ratio = ours_per_s / bare_per_s
    cuts = statistics.quantiles(late_s, n=100)
    return [
        Row("bare typed FastAPI route", f"{bare_per_s:,.0f}/s"),
        Row("GET progress: token, SQLite, JSON", f"{ours_per_s:,.0f}/s"),
        Row("  of the bare route", f"{ratio:.0%}", f">= {RATIO_TARGET:.0%}", ratio >= RATIO_TARGET),
        Row(f"  latency p50 / p99, {CONNECTIONS} connections", f"{cuts[49] * 1e3:.1f} / {cuts[98] * 1e3:.1f} ms"),
    ]


async def measure_events(folder: Path, token: str, size: sizes.Gateway) -> list[Row]:
    """A real bus with every write on disk."""
    bus = NatsServer(folder / "nats")
    bus.start()
    try:
        nc = await nats.connect(bus.url)
        await prepare_events_stream(nc)
        store = JetStreamEventStore(nc)
        with serving("gateway", folder, bus.url) as at:
            await load(at.port, ["/api/task/1/progress"], {"Authorization": f"Bearer {token}"}, 0.2)
            apart = [Reader(str(n)) for n in range(1, size.clients + 1)]
            own = await deliver(store, at.port, at.pid, token, apart, 500, size.events_s)
            together = [Reader("") for _ in range(size.clients)]
            everything = await deliver(store, at.port, at.pid, token, together, 50, size.events_s)
        await nc.close()
    finally:
        bus.stop()
    return [
        *_rows("500 events/s, each to the client of its task", own, DISK_TO_CLIENT_TARGET_MS),
        *_rows(f"50 events/s, each to all {size.clients} clients", everything, FAN_OUT_TARGET_MS),
    ]


def _rows(what: str, found: Delivered, target_ms: float) -> list[Row]:
    whole = found.received == found.expected
    return [
        Row(what, f"{found.received:,} of {found.expected:,}", "all", whole),
        Row("  from disk to client, p50", f"{found.p50_ms:.1f} ms"),
        Row("  from disk to client, p99", f"{found.p99_ms:.1f} ms", f"<= {target_ms} ms", found.p99_ms <= target_ms),
        Row("  gateway CPU, of one core", f"{found.cpu:.0%}", f"<= {CPU_TARGET:.0%}", found.cpu <= CPU_TARGET),
    ]


def report(rows: list[Row]) -> None:
    for row in rows:
        met = "" if row.met is None else "yes" if row.met else "NO"
        print(f"{row.what:<48} {row.measured:>18}   {row.target:<10} {met}")


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sizes.add_options(options)
    options.add_argument("--json", type=Path, help="write the table here too")
    chosen = options.parse_args()
    size = sizes.GATEWAY.chosen(chosen)

    async def all_of_it() -> None:
        with tempfile.TemporaryDirectory(prefix="gateway-benchmark-") as name:
            folder = Path(name)
            token = prepare(folder)
            rows = await measure_reads(folder, token, size)
            rows += await measure_events(folder, token, size)
        report(rows)
        if chosen.json:
            chosen.json.write_text(json.dumps([row._asdict() for row in rows], indent=2))

    run(all_of_it())


if __name__ == "__main__":
    main()
