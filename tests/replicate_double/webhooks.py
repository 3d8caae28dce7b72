"""Webhooks as the provider sends them: signed, repeated while nobody takes them, sometimes twice or late."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import httpx


def signature(secret: str, webhook_id: str, timestamp: str, body: bytes) -> str:
    """`v1,<base64>` over `id.timestamp.body`, keyed with what follows `whsec_`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


async def deliver(
    url: str, document: dict[str, Any], secret: str, *, webhook_id: str = "", at_s: float | None = None, tries: int = 4
) -> int:
    """Posts one webhook and says how it was answered (0: nobody there). Forged: another secret. Replayed: an old
    `at_s`. Duplicate: the same `webhook_id` again."""
    body = json.dumps(document).encode()
    webhook_id = webhook_id or f"msg_{uuid.uuid4().hex}"
    timestamp = str(int(time.time() if at_s is None else at_s))
    headers = {
        "content-type": "application/json", "webhook-id": webhook_id, "webhook-timestamp": timestamp,
        "webhook-signature": signature(secret, webhook_id, timestamp, body),
    }  # fmt: skip
    status = 0
    async with httpx.AsyncClient(trust_env=False, timeout=5.0) as http:
        for again in range(tries):
            try:
                status = (await http.post(url, content=body, headers=headers)).status_code
            except httpx.HTTPError:
                status = 0
            if 200 <= status < 400:
                break
            await asyncio.sleep(0.05 * 2**again)
    return status
