"""`/` and `/health`: the truth, with 503 when it is sad."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI, HTTPException, Request, Response

from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.schemas import Responses
from shared.telemetry.metrics import CONTENT_TYPE, exposition


async def health(request: Request) -> Response:
    """Whether the service and the parts it needs are up."""
    report = await deps_of(request).health.report()
    return answer(report, 200 if report["status"] == "healthy" else 503, {"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """All numbers, for Prometheus, with those of health as they are now; the ops server tells the same."""
    deps = deps_of(request)
    if not deps.settings.metrics_public:
        raise HTTPException(404)
    await deps.fresh_numbers()
    body = await asyncio.to_thread(exposition, "gateway")
    return Response(body, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})


def add(app: FastAPI) -> None:
    """The routing table."""
    told: Responses = {503: {"description": "A part that is needed does not answer; the body says which."}}
    app.get("/", tags=["system"], summary="Is the service up", responses=told)(health)
    app.get("/health", tags=["system"], summary="Health of every part", responses=told)(health)
    app.get("/metrics", include_in_schema=False)(metrics)
