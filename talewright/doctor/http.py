"""What services say of themselves over HTTP: the gateway's health, and each one's readiness."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from talewright.doctor.findings import Finding, ok, problem, skipped
from talewright.running import OPS

GATEWAY, READY = "gateway", "ops servers"
_PATIENCE_S = 3.0
_UNPARSED: dict[str, Any] = {}


async def gateway() -> Finding:
    """`/health` of TALEWRIGHT_GATEWAY_URL, or of the stack that runs here."""
    url = os.environ.get("TALEWRIGHT_GATEWAY_URL", "").rstrip("/") or _url_of_stack()
    if not url:
        return skipped(GATEWAY, "Not asked: TALEWRIGHT_GATEWAY_URL does not say where it is.")
    status, body = await _get(f"{url}/health")
    return judge_gateway(url, status, body)


def judge_gateway(url: str, status: int, body: Mapping[str, Any]) -> Finding:
    """`status` 0: nobody answered."""
    if status == 200:
        return ok(GATEWAY, f"{url} is healthy.")
    if not body:
        what = "does not answer" if status == 0 else f"answers {status}"
        return problem(GATEWAY, f"{url} {what}.", "Start the gateway, or look at its log.")
    failing = [name for name, check in body.get("checks", {}).items() if check.get("ok") is False]
    sentence = f"{url} is unhealthy: {', '.join(failing) or 'it does not say why'}."
    return problem(GATEWAY, sentence, "See the other checks; the gateway's log says more.")


async def ops() -> list[Finding]:
    """`/readyz` of each ops server in TALEWRIGHT_OPS_URLS, or of the stack that runs here."""
    urls = ops_urls(os.environ.get("TALEWRIGHT_OPS_URLS", "")) or _ops_of_stack()
    if not urls:
        return [skipped(READY, "Not asked: TALEWRIGHT_OPS_URLS does not say where they are.")]
    return list(await asyncio.gather(*(_ready(name, url) for name, url in urls.items())))


def ops_urls(text: str) -> dict[str, str]:
    """`auth=http://host:9090,tasks=…`; without a name the host is the name."""
    found = {}
    for item in filter(None, (one.strip() for one in text.split(","))):
        name, equals, url = item.partition("=")
        if not equals:
            name, url = urlsplit(item).netloc or item, item
        found[name] = url.rstrip("/")
    return found


async def _ready(name: str, url: str) -> Finding:
    status, body = await _get(f"{url}/readyz")
    return judge_ready(name, url, status, body)


def judge_ready(name: str, url: str, status: int, body: Mapping[str, Any]) -> Finding:
    """One service's readiness; `status` 0: nobody answered."""
    title = f"ready {name}"
    if status == 200:
        return ok(title, "It is ready.")
    advice = f"Look at the log of {name}."
    if not body:
        what = "does not answer" if status == 0 else f"answers {status}"
        return problem(title, f"Its ops server {url} {what}.", advice)
    reasons = [f"{check}: {verdict.get('why', '')}" for check, verdict in _failing(body)]
    return problem(title, f"It is not ready: {' '.join(reasons) or 'it does not say why.'}", advice)


def _failing(body: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, verdict) for name, verdict in body.get("checks", {}).items() if not verdict.get("ok")]


async def _get(url: str) -> tuple[int, dict[str, Any]]:
    """Status and body; 0 if nobody answers, an empty body for what is no JSON object."""
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_S, trust_env=False) as http:
            response = await http.get(url)
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0, _UNPARSED
    try:
        return response.status_code, msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return response.status_code, _UNPARSED


def _data() -> Path:
    return Path(os.environ.get("TALEWRIGHT_DATA", ".talewright"))


def _url_of_stack() -> str:
    from talewright.embedded.data_dir import DataDir

    stack = DataDir(_data()).running()
    return stack.url if stack else ""


def _ops_of_stack() -> dict[str, str]:
    file = _data() / OPS
    if not _url_of_stack() or not file.is_file():
        return {}
    urls: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return urls
