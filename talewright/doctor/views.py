"""The read models: is their database there, of this release, and how far behind the events are they?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from nats.aio.client import Client
from sqlalchemy import Engine

from services.tasks.adapters.sql_schema import MIGRATIONS
from services.tasks.settings import TasksSettings
from shared.contracts.subjects import EVENTS_STREAM
from shared.eventstore.api import ask
from shared.readmodel.database import generations
from shared.readmodel.engine import open_engine
from shared.readmodel.version import SCHEMA_VERSION
from shared.sql.errors import answering
from talewright.doctor.asking import FAILURES, in_thread, why
from talewright.doctor.databases import absent_file
from talewright.doctor.findings import Finding, ok, problem, skipped, warning

DATABASE, LAG = "read models", "views"
_LATE_S, _STUCK_S = 5.0, 30.0
_MIGRATE = "Run `talewright migrate`."
_MOMENT_S = 0.7


class Standing(msgspec.Struct, frozen=True):
    """The generation that is served to this release and its checkpoint; the schemas of all that are live; revisions of
    the database that were not applied."""

    generation: int | None = None
    position: int = 0
    schemas: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()


class Behind(msgspec.Struct, frozen=True):
    """How far the views are behind: events not shown, the age of the oldest of them, and whether they move."""

    events: int
    age_s: float
    moving: bool


async def views(settings: TasksSettings, nc: Client | None) -> list[Finding]:
    """The database, and, if the bus is there, the lag."""
    missing = absent_file(settings.readmodel_url)
    if missing:
        return [problem(DATABASE, missing, _MIGRATE), skipped(LAG, "Not looked at: there are no read models.")]
    password = settings.readmodel_password.get_secret_value()
    engine = open_engine(settings.readmodel_url, password, settings, "talewright-doctor")
    try:
        standing = await in_thread(lambda: _standing(engine))
        return [judge_database(standing), await _lag(engine, nc, standing)]
    except FAILURES as error:
        advice = "Start the database, or set TALEWRIGHT_READMODEL_URL and TALEWRIGHT_READMODEL_PASSWORD as it has them."
        sentence = f"The read models cannot be read: {why(error)}."
        return [problem(DATABASE, sentence, advice), skipped(LAG, "Not looked at: the read models cannot be read.")]
    finally:
        engine.dispose()


def _standing(engine: Engine) -> Standing:
    missing = tuple(MIGRATIONS.missing(engine))
    if missing:
        return Standing(missing=missing)
    with answering("The read models' database"), engine.connect() as connection:
        live = [row for row in generations(connection) if row.state == "live"]
    ours = [row for row in live if row.schema_version == SCHEMA_VERSION]
    served = max(ours, default=None)
    schemas = tuple(sorted({row.schema_version for row in live}))
    return Standing(served.generation, served.position, schemas) if served else Standing(schemas=schemas)


def judge_database(standing: Standing) -> Finding:
    """Whether this release finds read models of its own shape."""
    if standing.generation is not None:
        return ok(DATABASE, f"Generation {standing.generation} of schema {SCHEMA_VERSION} is served.")
    if standing.missing:
        lacking = ", ".join(standing.missing)
        return problem(DATABASE, f"The database lacks schema revision {lacking}.", _MIGRATE)
    if not standing.schemas:
        return problem(DATABASE, "The database has no read models.", _MIGRATE)
    found = ", ".join(map(str, standing.schemas))
    return problem(DATABASE, f"They are at schema {found}; this release reads schema {SCHEMA_VERSION}.", _MIGRATE)


async def _lag(engine: Engine, nc: Client | None, standing: Standing) -> Finding:
    if nc is None:
        return skipped(LAG, "Not compared with the events: the bus is not there.")
    if standing.generation is None:
        return skipped(LAG, "Not looked at: this release has no read models.")
    before = await _behind(nc, standing.position)
    if before is None:
        return judge_lag(Behind(0, 0.0, True))
    await asyncio.sleep(_MOMENT_S)
    later = (await in_thread(lambda: _standing(engine))).position
    after = await _behind(nc, later)
    return judge_lag(Behind(after[0], after[1], later > standing.position) if after else Behind(0, 0.0, True))


async def _behind(nc: Client, position: int) -> tuple[int, float] | None:
    """Events after a position, and the age of the first of them; None if there is none."""
    info = await ask(nc, f"STREAM.INFO.{EVENTS_STREAM}")
    events = info["state"]["last_seq"] - position
    if events <= 0:
        return None
    first: dict[str, Any] = await ask(nc, f"STREAM.MSG.GET.{EVENTS_STREAM}", {"seq": position + 1})
    stored = datetime.fromisoformat(first["message"]["time"].replace("Z", "+00:00"))
    return events, max(0.0, (datetime.now(UTC) - stored).total_seconds())


def judge_lag(behind: Behind) -> Finding:
    """Whether the views follow."""
    if not behind.events:
        return ok(LAG, "They show every event.")
    sentence = f"{behind.events:,} events behind, the oldest of which is {behind.age_s:,.0f} s old"
    if behind.age_s < _LATE_S:
        return ok(LAG, f"{sentence}: new ones have only just come.")
    if behind.moving:
        return warning(LAG, f"{sentence}; they are catching up.", "Wait; if it stays so, look at the projector's log.")
    if behind.age_s < _STUCK_S:
        return warning(LAG, f"{sentence}, and they do not move.", "Ask again; the projector may be changing hands.")
    advice = "Start the tasks service, or look at its log: the projector in it writes the views."
    return problem(LAG, f"{sentence}, and they do not move.", advice)
