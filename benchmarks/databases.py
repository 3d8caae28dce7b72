"""The read models in PostgreSQL beside SQLite: `python -m benchmarks.databases [--quick | --smoke]` (Linux).

* projector: the same log of whole stories through `Projection.apply`, in batches as the projector takes them;
* gateway: `GET /api/task/{id}/progress` with a token, on 1,000 tasks.

In turns, and the ratios of the medians are what counts. PostgreSQL is a private cluster with Debian's settings, every
commit on disk, on this machine's own cores, unless `--postgres` names a server; SQLite's commits are in its log, which
is flushed now and then.
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks import gateway, histories, sizes
from benchmarks.http_load import load
from benchmarks.peers.dbos_postgres import postgres
from benchmarks.projection import project_into
from benchmarks.table import Line, show
from shared.bus.service import run
from shared.readmodel import database

NewDatabase = Callable[[], str]
"""Makes an empty database and tells its URL."""


@contextmanager
def databases_of(server: str) -> Iterator[NewDatabase]:
    """Databases of the server at a URL; dropped at the end, not before: that would disturb who is measured next."""
    made: list[str] = []

    def new() -> str:
        made.append(f"benchmark_{secrets.token_hex(6)}")
        _administer(server, f"CREATE DATABASE {made[-1]} TEMPLATE template0 ENCODING 'UTF8'")
        return make_url(server).set(database=made[-1]).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        _administer(server, *(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in made))


def _administer(server: str, *statements: str) -> None:
    engine = database.open_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def measure_projector(folder: Path, new: NewDatabase, rounds: int, events: int) -> list[Line]:
    """Each round fills two empty databases."""
    log = list(histories.log(events))
    rates: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
    for number in range(rounds):
        urls = {"SQLite": f"sqlite:///{folder}/round{number}.db", "PostgreSQL": new()}
        for name, url in urls.items():
            took_ms = project_into(url, log)
            rates[name].append(events / sum(took_ms) * 1000)
            print(f"  projector: round {number + 1} of {rounds}, {name}, {rates[name][-1]:,.0f} events/s", flush=True)
    return _lines("projector", rates, "events/s", f"{rounds} x {events:,} events")


async def measure_reads(folder: Path, new: NewDatabase, rounds: int, seconds: float) -> list[Line]:
    """One route on both, and the bare peer."""
    token = gateway.prepare(folder)
    views = new()
    engine = database.open_engine(views)
    gateway.fill(engine, database.prepare(engine))
    headers = {"Authorization": f"Bearer {token}"}
    paths = [f"/api/task/{1 + n * gateway.TASKS // gateway.CONNECTIONS}/progress" for n in range(gateway.CONNECTIONS)]
    bare_paths = [path.replace("/api/task", "/bare").removesuffix("/progress") for path in paths]
    rates: dict[str, list[float]] = {"bare FastAPI route": [], "SQLite": [], "PostgreSQL": []}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(gateway.serving("bare", folder)),
            stack.enter_context(gateway.serving("gateway", folder)),
            stack.enter_context(gateway.serving("gateway", folder, views=views)),
        ]
        bare_port, sqlite_port, postgres_port = [server.port for server in servers]
        for _ in range(rounds):
            rates["bare FastAPI route"].append((await load(bare_port, bare_paths, {}, seconds))[0])
            rates["SQLite"].append((await load(sqlite_port, paths, headers, seconds))[0])
            rates["PostgreSQL"].append((await load(postgres_port, paths, headers, seconds))[0])
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
    sizes.add_options(options)
    options.add_argument("--postgres", metavar="URL", help="a running server, as its superuser (a private one)")
    chosen = options.parse_args()
    size = sizes.DATABASES.chosen(chosen)
    started: AbstractContextManager[str] = nullcontext(chosen.postgres) if chosen.postgres else postgres()
    with (
        tempfile.TemporaryDirectory(prefix="databases-benchmark-") as name,
        started as server,
        databases_of(server) as new,
    ):
        lines = measure_projector(Path(name), new, size.rounds, size.events)

        async def reads() -> None:
            lines.extend(await measure_reads(Path(name), new, size.rounds, size.reads_s))

        run(reads())
    show(f"Read models by database, load {os.getloadavg()[0]:.1f}", lines)


if __name__ == "__main__":
    main()
