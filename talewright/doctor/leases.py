"""Who is the one active of several: the process manager and the projector."""

from __future__ import annotations

import asyncio

from nats.aio.client import Client
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, NotFoundError

from shared.bus.lease import TTL_S
from shared.contracts.subjects import LEASES_BUCKET
from shared.readmodel.version import SCHEMA_VERSION
from talewright.doctor.findings import Finding, ok, problem

LEASES = {
    "process": "sends the commands that tasks owe",
    f"projector-{SCHEMA_VERSION}": "writes the views",
}
_AGAIN_S = 0.5


async def leases(nc: Client) -> list[Finding]:
    """Both leases. Waits for as long as a lease may be vacant while it changes hands."""
    return list(await asyncio.gather(*(_lease(nc, name) for name in LEASES)))


async def _lease(nc: Client, name: str) -> Finding:
    for _ in range(round((TTL_S + 1) / _AGAIN_S)):
        holder = await _holder(nc, name)
        if holder:
            return judge(name, holder)
        await asyncio.sleep(_AGAIN_S)
    return judge(name, "")


async def _holder(nc: Client, name: str) -> str:
    try:
        bucket = await nc.jetstream(timeout=2).key_value(LEASES_BUCKET)
        return ((await bucket.get(name)).value or b"").decode()
    except (BucketNotFoundError, KeyNotFoundError, NotFoundError):
        return ""


def judge(name: str, holder: str) -> Finding:
    """One lease; `holder` is empty if nobody has it."""
    title = f"lease {name}"
    if holder:
        return ok(title, f"{holder} holds it and {LEASES[name]}.")
    return problem(title, f"Nobody holds it: nobody {LEASES[name]}.", "Start the tasks service, or look at its log.")
