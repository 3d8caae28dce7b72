"""A documented request, asked of a world in the state that it needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from tests.contract.shape import Example, Refusal
from tests.contract.states import STATES, Made
from tests.gateway.world import ALICE, World


def needs_nothing(one: Refusal) -> bool:
    """Whether any world will do, and is as it was afterwards."""
    return one.given == "nothing" and not one.settings and not one.media


async def refused(world: World, one: Refusal) -> httpx.Response:
    """The answer to a request that needs no world of its own."""
    async with world.client(_token(one)) as http:
        return await _ask(http, one, {})


async def asked(folder: Path, one: Example | Refusal) -> httpx.Response:
    """The answer to a documented request, in a world of its own."""
    async with World(folder, **one.settings).running() as world:
        made: Made = {}
        async with world.client(ALICE) as http:
            for step in STATES[one.given]:
                await step(world, http, made)
        await world.settled()
        world.media = one.media or world.media
        async with world.client(_token(one)) as http:
            answer = await _ask(http, one, made)
            return await _ask(http, one, made) if isinstance(one, Refusal) and one.again else answer


def _token(one: Example | Refusal) -> str:
    if isinstance(one, Example):
        return ALICE if one.as_user else ""
    return ALICE if one.token is None else one.token


async def _ask(http: httpx.AsyncClient, one: Example | Refusal, made: Made) -> httpx.Response:
    headers = {name: value.format(**made) for name, value in one.headers.items()}
    how: dict[str, Any] = {"params": dict(one.query) or None}
    if one.body:
        headers["Content-Type"] = "application/json"
        how["content"] = filled(one.body, one.fill, made)
    elif one.form:
        how["data"] = dict(one.form)
    elif isinstance(one, Example) and one.upload:
        how["files"] = {"file": one.upload}
    return await http.request(one.method, one.path.format(**made), headers=headers, **how)


def filled(body: str, fill: Any, made: Made) -> str:
    """A body as the document prints it, with ids where it has placeholders."""
    if not fill:
        return body
    return json.dumps(json.loads(body) | {name: _filled(value, made) for name, value in fill.items()})


def _filled(value: Any, made: Made) -> Any:
    return [one.format(**made) for one in value] if isinstance(value, list) else value.format(**made)
