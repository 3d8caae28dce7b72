"""`/` and `/health`: the truth, with 503 when it is sad."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.exposition import MEDIA_TYPE, exposition
from services.gateway.schemas import Responses


async def health(request: Request) -> Response:
    """Whether the service and the parts it needs are up."""
    report = await deps_of(request).health.report()
    return answer(report, 200 if report["status"] == "healthy" else 503, {"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """The same as numbers, for Prometheus."""
    report = await deps_of(request).health.report()
    return Response(exposition(report), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def add(app: FastAPI) -> None:
    """The routing table."""
    told: Responses = {503: {"description": "A part that is needed does not answer; the body says which."}}
    app.get("/", tags=["system"], summary="Is the service up", responses=told)(health)
    app.get("/health", tags=["system"], summary="Health of every part", responses=told)(health)
    app.get("/metrics", include_in_schema=False)(metrics)
