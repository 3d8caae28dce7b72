"""Those who bill: do they take orders?"""

from __future__ import annotations

import contextlib

import msgspec
from nats.aio.client import Client
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, NotFoundError

from shared.clock import now_ms, rfc3339
from shared.contracts.providers import PROVIDERS, Circuit, circuit_key
from shared.contracts.subjects import PROVIDERS_BUCKET
from talewright.doctor.findings import Finding, ok, problem, warning

_ADVICE = {
    "billing": "Add credit to the account, or set TALEWRIGHT_PROVIDER=local.",
    "credentials": "Set TALEWRIGHT_REPLICATE_API_TOKEN to a token that is good.",
    "errors": "Wait: one order is tried from time to time. If it lasts, look at the provider's status page.",
}


async def providers(nc: Client) -> list[Finding]:
    """All that have a state; none, if nobody ever bought anything."""
    try:
        bucket = await nc.jetstream(timeout=2).key_value(PROVIDERS_BUCKET)
    except (BucketNotFoundError, NotFoundError):
        return [ok("providers", "Nothing was ever bought.")]
    found = []
    for provider in PROVIDERS:
        circuit = Circuit()
        with contextlib.suppress(KeyNotFoundError, msgspec.MsgspecError):
            circuit = msgspec.json.decode((await bucket.get(circuit_key(provider))).value or b"", type=Circuit)
        found.append(judge(provider, circuit, now_ms()))
    return found


def judge(provider: str, circuit: Circuit, time_ms: int) -> Finding:
    """One provider's breaker."""
    name = f"provider {provider}"
    state = circuit.shown(time_ms)
    if state == "closed":
        return ok(name, "Orders go to it.")
    reason = circuit.reason or "errors"
    when = f" until {rfc3339(circuit.until_ms)}" if state == "open" else ", but for one that tries"
    sentence = f"Nothing is ordered{when}, for lack of good {'answers' if reason == 'errors' else reason}."
    needs_somebody = reason in ("billing", "credentials")
    return (problem if needs_somebody else warning)(name, sentence, _ADVICE[reason])
