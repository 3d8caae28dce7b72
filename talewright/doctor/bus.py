"""The bus: is it there, is it fit, and how much room is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nats.aio.client import Client

from shared.config.forms import without_password
from shared.errors import TalewrightError, Unavailable
from shared.eventstore.api import ask
from shared.eventstore.server import MINIMUM_VERSION, WANTED_VERSION, check_version
from shared.settings import Settings
from shared.startup import REFUSED, connect_within
from talewright.doctor.findings import Finding, ok, problem, warning

NAME = "bus"
_FULL, _NEARLY_FULL = 0.95, 0.8


async def connect(settings: Settings, patience_s: float) -> tuple[Client | None, Finding]:
    """A connection for all checks, and how it went."""
    where = without_password(settings.nats_url)
    try:
        nc = await connect_within(settings, "talewright-doctor", patience_s)
    except (Unavailable, TalewrightError) as error:
        return None, judge_absence(where, error.message)
    version = nc.connected_server_version
    return nc, judge_version(where, f"{version.major}.{version.minor}.{version.patch}")


def judge_absence(where: str, reason: str) -> Finding:
    """Why there is no bus."""
    if reason == REFUSED:
        advice = (
            "Set TALEWRIGHT_NATS_TOKEN, or TALEWRIGHT_NATS_USER and TALEWRIGHT_NATS_PASSWORD, as the server has them."
        )
        return problem(NAME, f"The bus at {where} refuses our credentials.", advice)
    advice = "Start it (`talewright up` runs everything on one machine), or set TALEWRIGHT_NATS_URL to where it is."
    return problem(NAME, f"The bus at {where} is not there: {reason}.", advice)


def judge_version(where: str, version: str) -> Finding:
    """Whether the server keeps its promises."""
    minimum, better = (".".join(map(str, one)) for one in (MINIMUM_VERSION, WANTED_VERSION))
    try:
        check_version(version)
    except TalewrightError:
        return problem(
            NAME, f"The bus at {where} is nats-server {version}, which loses promises.", f"Run {minimum} or newer."
        )
    if tuple(map(int, version.split("."))) < WANTED_VERSION:
        sentence = f"The bus at {where} is nats-server {version}, which loads streams slowly."
        return warning(NAME, sentence, f"Run {better} or newer.")
    return ok(NAME, f"nats-server {version} answers at {where}.")


async def storage(nc: Client) -> list[Finding]:
    """What JetStream has stored, against what it may."""
    return judge_storage(await ask(nc, "INFO"))


def judge_storage(account: Mapping[str, Any]) -> list[Finding]:
    """Room on disk and in memory; `account` is JetStream's own account of itself."""
    return [
        _room("storage on disk", account["storage"], account["limits"]["max_storage"], "max_storage of the account"),
        _room("storage in memory", account["memory"], account["limits"]["max_memory"], "max_memory of the account"),
    ]


def _room(name: str, used: int, limit: int, setting: str) -> Finding:
    if limit < 0:
        return ok(name, f"{_size(used)} used; the account has no limit of its own.")
    share = used / limit if limit else 1.0
    sentence = f"{_size(used)} of {_size(limit)} used ({share:.0%})."
    advice = f"Raise {setting}, or give the servers a larger volume: a full store takes no more events."
    if share >= _FULL:
        return problem(name, sentence, advice)
    return warning(name, sentence, advice) if share >= _NEARLY_FULL else ok(name, sentence)


def _size(number: int) -> str:
    size, units = float(number), ["B", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g} {units[0]}"
