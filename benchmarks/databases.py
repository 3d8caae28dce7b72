"""The read models in PostgreSQL beside SQLite: `python -m benchmarks.databases [--quick]` (Linux).

* projector: the same log of whole stories through `Projection.apply`, in batches as the projector takes them;
* gateway: `GET /api/task/{id}/progress` with a token, on 1,000 tasks.

In turns, and the ratios of the medians are what counts. PostgreSQL is a private cluster with Debian's settings, every
commit on disk, on this machine's own cores; SQLite's commits are in its log, which is flushed now and then.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks import gateway, histories
from benchmarks.http_load import load
from benchmarks.peers.dbos_postgres import postgres
from benchmarks.projection import project_into
from benchmarks.table import Line, show
from shared.bus.service import run
from shared.readmodel import database

_ROUNDS, _EVENTS, _ROUND_S = 3, 50_000, 2.0


def new_database(url: str, name: str) -> str:
    """An empty database of the server at a URL."""
    engine = database.open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def measure_projector(folder: Path, server: str, rounds: int, events: int) -> list[Line]:
    """Each round fills two empty databases."""
    log = list(histories.log(events))
    rates: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
    for number in range(rounds):
        urls = {"SQLite": f"sqlite:///{folder}/round{number}.db", "PostgreSQL": new_database(server, f"r{number}")}
        for name, url in urls.items():
            took_ms = project_into(url, log)
            rates[name].append(events / sum(took_ms) * 1000)
            print(f"  projector: round {number + 1} of {rounds}, {name}, {rates[name][-1]:,.0f} events/s", flush=True)
    return _lines("projector", rates, "events/s", f"{rounds} x {events:,} events")


async def measure_reads(folder: Path, server: str, rounds: int, seconds: float) -> list[Line]:
    """One route on both, and the bare peer."""
    token = gateway.prepare(folder)
    views = new_database(server, "reads")
    engine = database.open_engine(views)
    gateway.fill(engine, database.prepare(engine))
    headers = {"Authorization": f"Bearer {token}"}
    paths = [f"/api/task/{1 + n * gateway.TASKS // gateway.CONNECTIONS}/progress" for n in range(gateway.CONNECTIONS)]
    bare_paths = [path.replace("/api/task", "/bare").removesuffix("/progress") for path in paths]
    rates: dict[str, list[float]] = {"bare FastAPI route": [], "SQLite": [], "PostgreSQL": []}
    with ExitStack() as stack:
        bare = stack.enter_context(gateway.serving("bare", folder))
        on_sqlite = stack.enter_context(gateway.serving("gateway", folder))
        on_postgres = stack.enter_context(gateway.serving("gateway", folder, views=views))
        for _ in range(rounds):
            rates["bare FastAPI route"].append((await load(bare.port, bare_paths, {}, seconds))[0])
            rates["SQLite"].append((await load(on_sqlite.port, paths, headers, seconds))[0])
            rates["PostgreSQL"].append((await load(on_postgres.port, paths, headers, seconds))[0])
    return _lines("GET progress", rates, "requests/s", f"{rounds} rounds, {gateway.CONNECTIONS} connections")


def _lines(what: str, rates: dict[str, list[float]], unit: str, note: str) -> list[Line]:
    base = statistics.median(rates["SQLite"])
    return [
        Line(
            f"{what}: {name}",
            statistics.median(some),
            unit,
            note=note,
            more={"of SQLite": f"{statistics.median(some) / base:.0%}"},
        )
        for name, some in rates.items()
    ]


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--quick", action="store_true", help="few events: a look, not a measurement")
    quick = options.parse_args().quick
    rounds, events = (1, 10_000) if quick else (_ROUNDS, _EVENTS)
    with tempfile.TemporaryDirectory(prefix="databases-benchmark-") as name, postgres() as server:
        lines = measure_projector(Path(name), server, rounds, events)

        async def reads() -> None:
            lines.extend(await measure_reads(Path(name), server, rounds, _ROUND_S))

        run(reads())
    show(f"Read models by database, load {os.getloadavg()[0]:.1f}", lines)


if __name__ == "__main__":
    main()
