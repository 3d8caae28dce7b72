"""The accounts: their database, the service in front of it, and the keys it signs with."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from nats.aio.client import Client
from nats.errors import NoRespondersError

from services.auth.adapters.sql.engine import MIGRATIONS, open_database
from services.auth.bootstrap import open_keys
from services.auth.keyring import KeyAge
from services.auth.settings import AuthSettings
from shared.clock import now_ms
from shared.contracts.accounts import AuthReply
from shared.contracts.subjects import AUTH
from talewright.doctor.asking import FAILURES, in_thread, why
from talewright.doctor.databases import absent_file
from talewright.doctor.findings import Finding, counted, ok, problem, skipped, warning

DATABASE, SERVICE, KEYS = "accounts", "auth", "signing keys"
_MIGRATE = "Run `talewright migrate`."
_OLD_DAYS = 365
_DAY_MS = 86_400_000
_PATIENCE_S = 2.0


async def accounts(settings: AuthSettings) -> Finding:
    """The database and its schema."""
    missing = absent_file(settings.accounts_url)
    if missing:
        return problem(DATABASE, missing, _MIGRATE)
    engine = open_database(settings.accounts_url, settings.accounts_password.get_secret_value(), settings)
    try:
        return judge_schema(await in_thread(lambda: MIGRATIONS.missing(engine)))
    except FAILURES as error:
        advice = "Start the database, or set TALEWRIGHT_ACCOUNTS_URL and TALEWRIGHT_ACCOUNTS_PASSWORD as it has them."
        return problem(DATABASE, f"The accounts cannot be read: {why(error)}.", advice)
    finally:
        engine.dispose()


def judge_schema(missing: Sequence[str]) -> Finding:
    """`missing` are the revisions that were not applied."""
    if missing:
        return problem(DATABASE, f"The database lacks schema revision {', '.join(missing)}.", _MIGRATE)
    return ok(DATABASE, "The database answers and has the schema of this release.")


async def auth(nc: Client, settings: AuthSettings) -> list[Finding]:
    """Does the service tell its keys, and do they fit the folder of keys, if that is on this machine?"""
    try:
        answer = await nc.request(f"{AUTH}.keys", b"{}", timeout=_PATIENCE_S)
        reply = msgspec.json.decode(answer.data, type=AuthReply)
    except NoRespondersError:
        return [judge_service(None, "nobody listens"), skipped(KEYS, "Not looked at: the auth service is not there.")]
    except (*FAILURES, msgspec.MsgspecError) as error:
        return [judge_service(None, why(error)), skipped(KEYS, "Not looked at: the auth service does not answer.")]
    told = [key.kid for key in reply.keys or ()]
    return [judge_service(told, ""), judge_keys(told, await in_thread(lambda: _newest(settings)), now_ms())]


def _newest(settings: AuthSettings) -> KeyAge | None:
    """The key that signs, if the folder is here."""
    if not settings.auth_keys_dir.is_dir() or not any(settings.auth_keys_dir.glob("*.pem")):
        return None
    return open_keys(settings).signing(now_ms()).age


def judge_service(told: Sequence[str] | None, reason: str) -> Finding:
    """`told` are the ids of its keys; None: it did not answer, for a reason."""
    if told is None:
        advice = "Start the auth service, or look at its log: nobody can log in."
        return problem(SERVICE, f"The auth service does not answer: {reason}.", advice)
    if not told:
        advice = "Look at TALEWRIGHT_AUTH_KEYS_DIR and the service's log; `talewright users rotate-key` makes a key."
        return problem(SERVICE, "The auth service has no key to sign with.", advice)
    return ok(SERVICE, f"It answers, and tells {counted(len(told), 'key')}.")


def judge_keys(told: Sequence[str], newest: KeyAge | None, time_ms: int) -> Finding:
    """How old the key is that signs; `newest` is None where the folder of keys is out of sight."""
    if newest is None:
        return skipped(KEYS, "The folder of keys is not on this machine.")
    if newest.kid not in told:
        advice = "Look whether TALEWRIGHT_AUTH_KEYS_DIR is the folder that the auth service has."
        return warning(KEYS, f"The auth service does not tell key {newest.kid} of the folder of keys.", advice)
    days = (time_ms - newest.created_ms) // _DAY_MS
    if days > _OLD_DAYS:
        return warning(KEYS, f"The key that signs is {days:,} days old.", "Run `talewright users rotate-key`.")
    return ok(KEYS, f"The key that signs is {counted(days, 'day')} old.")
