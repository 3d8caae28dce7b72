"""`POST /webhooks/replicate/{nonce}`: the provider tells that a prediction has ended.

It is a hint, and no more: the worker that waits asks the provider at once instead of a little later. So nothing is lost
with a webhook that is, and what is forged, old, repeated or late changes nothing.
"""

from __future__ import annotations

import hashlib
import re
import time

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.edge import WEBHOOKS_PATH
from services.gateway.schemas import Responses
from services.gateway.webhooks_body import hint
from services.gateway.webhooks_signature import Forged, timely, verified
from shared.errors import NotFound, Unavailable

_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
PROVIDER = "replicate"


class ReceivedOut(BaseModel):
    """The webhook need not be sent again."""

    received: bool


async def replicate(request: Request, nonce: str) -> Response:
    """For the provider only: signed news about one prediction, by the Standard Webhooks scheme. 404 unless set up."""
    deps = deps_of(request)
    keys = deps.settings.webhook_keys
    if not keys or not _NONCE.fullmatch(nonce):
        raise NotFound("Not Found")
    now_s = int(time.time())
    try:
        timely(request.headers, now_s)  # strangers need not send a body
        body = await request.body()
        webhook_id = verified(request.headers, body, keys, now_s)
    except Forged as error:
        return answer({"detail": error.message}, 401, {"WWW-Authenticate": "Webhook-Signature"})
    told = hint(body, nonce)
    if told:
        name = f"webhook-{hashlib.sha256(webhook_id.encode()).hexdigest()}"
        if await deps.idempotency.create(name, b"") is not None:
            try:
                await deps.hints.tell(PROVIDER, nonce, told)
            except Unavailable:
                await deps.idempotency.remove(name)
                raise
    return answer({"received": True})


def add(app: FastAPI) -> None:
    """The routing table."""
    told: Responses = {
        401: {"description": "The signature or the time is wrong"},
        404: {"description": "Webhooks are not set up"},
    }
    app.post(
        WEBHOOKS_PATH + "replicate/{nonce}",
        tags=["system"],
        summary="Webhook of the provider",
        response_model=ReceivedOut,
        responses=told,
    )(replicate)
