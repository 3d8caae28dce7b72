"""Replicate's API through its own client: one request at a time, every response kept before anybody parses it.

The client's `run()` is not used (it takes "processing" for the end), nor its parser trusted (it fails on states that
exist, after the provider has billed), nor its waiting (it obeys any Retry-After, for days if told to).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from replicate.client import Client

from services.media.replicate.books import PROVIDER
from services.media.replicate.outcomes import (
    Answer,
    CreateOutcome,
    Later,
    Prediction,
    Reading,
    Taken,
    Trouble,
    Unknown,
    listed,
    of_create,
    of_read,
    told_as,
)
from services.media.replicate.tls import trusted
from shared.telemetry.tracing import below

log = logging.getLogger("talewright.replicate")

BASE_URL = "https://api.replicate.com"
LIST_PAGES = 20
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_NOT_REACHED_S = 2.0
_answer: ContextVar[list[Answer] | None] = ContextVar("replicate_answer", default=None)


class _AtOnce(httpx.AsyncBaseTransport):
    """Hands every response over at once. The client sleeps on 429, 503 and 504 for as long as the server says, so
    such a response is kept and its status hidden from it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if request.method != "GET" or response.status_code not in (429, 503, 504):
            return response
        response.request = request
        await _keep(response)
        return httpx.Response(500, json={}, request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _keep(response: httpx.Response) -> None:
    await response.aread()
    kept = _answer.get()
    if kept is not None and not kept:  # the first to come is the provider's
        headers = {name.lower(): value for name, value in response.headers.items()}
        kept.append(Answer(response.status_code, headers, response.content))


class ReplicateApi:
    """The four calls we make. One per event loop; `close` it. Nothing here raises but cancellation."""

    def __init__(self, token: str, base_url: str = BASE_URL, *, create_timeout_s: float, read_timeout_s: float) -> None:
        self.create_timeout_s = create_timeout_s
        self._read_timeout_s = read_timeout_s
        self._transport = httpx.AsyncHTTPTransport(verify=trusted(), limits=httpx.Limits(max_connections=200))
        hooks = {"response": [_keep]}
        self._client = Client(token, base_url=base_url, transport=_AtOnce(self._transport), event_hooks=hooks)

    async def create(self, model: str, given: dict[str, Any], webhook: str = "", spent_s: float = 0.0) -> CreateOutcome:
        """Sends one order. `model` is `owner/name` or `owner/name:<64 hex>`; the outcome says if it was taken.

        `spent_s` is how long ago it was intended: held up for too long, it is not sent, for another worker may by
        then take it for unsent.
        """
        with below("create prediction", {"gen_ai.provider.name": PROVIDER, "gen_ai.request.model": model}) as order:
            outcome = await self._create(model, given, webhook, spent_s)
            order.note({"talewright.outcome": told_as(outcome)})
            if isinstance(outcome, Taken):
                order.note({"gen_ai.response.id": outcome.prediction_id})
            else:
                order.fail(told_as(outcome))
        return outcome

    async def _create(self, model: str, given: dict[str, Any], webhook: str, spent_s: float) -> CreateOutcome:
        if spent_s >= self.create_timeout_s:
            return Later("not_reached", 0.0)
        answer, error = await _ask(self._send(model, given, webhook), self.create_timeout_s - spent_s)
        if answer is not None:
            return of_create(answer)
        log.warning("No answer to an order for %s: %r", model, error)
        return Later("not_reached", _NOT_REACHED_S) if isinstance(error, _NOT_SENT) else Unknown(repr(error))

    async def get(self, prediction_id: str) -> Reading:
        """What a prediction has come to."""
        answer, error = await _ask(self._client.predictions.async_get(prediction_id), self._read_timeout_s)
        return of_read(answer) if answer else Trouble(repr(error))

    async def cancel(self, prediction_id: str) -> None:
        """Asks for the end of a prediction; whether it came to that, only `get` can tell."""
        answer, error = await _ask(self._client.predictions.async_cancel(prediction_id), self._read_timeout_s)
        log.info("Stopping %s: %s", prediction_id, answer.status if answer else repr(error))

    async def created_after(self, moment: str) -> list[Prediction] | None:
        """The predictions of this account since an RFC 3339 moment; None if the provider cannot say now."""
        path, found = f"/v1/predictions?{urlencode({'created_after': moment})}", list[Prediction]()
        for _ in range(LIST_PAGES):
            answer, _error = await _ask(self._client.predictions.async_list(path), self._read_timeout_s)
            page = listed(answer) if answer else None
            if page is None:
                return None
            rows, following = page
            found += rows
            if not following:
                return found
            split = urlsplit(following)  # only its path: the token goes nowhere else
            path = f"{split.path}?{split.query}"
        return None

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    def _send(self, model: str, given: dict[str, Any], webhook: str) -> Awaitable[Any]:
        extra: dict[str, Any] = {"webhook": webhook, "webhook_events_filter": ["completed"]} if webhook else {}
        _, colon, version = model.partition(":")
        if colon:
            return self._client.predictions.async_create(version=version, input=given, **extra)
        return self._client.models.predictions.async_create(model, given, **extra)


async def _ask(call: Awaitable[Any], timeout_s: float) -> tuple[Answer | None, Exception | None]:
    """The response as it came, or why there is none. What the client makes of it is of no interest."""
    kept: list[Answer] = []
    token = _answer.set(kept)
    try:
        async with asyncio.timeout(timeout_s):
            await call
    except Exception as error:  # its parser's, its own and httpx's: a response was kept, or there was none
        return (kept[0], None) if kept else (None, error)
    finally:
        _answer.reset(token)
    return (kept[0], None) if kept else (None, ValueError("no response"))
