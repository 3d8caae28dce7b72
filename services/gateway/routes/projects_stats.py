"""What a user keeps and asks for, and whether the service is up."""

from __future__ import annotations

from contextlib import suppress

from fastapi import FastAPI, Request, Response

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.projects_answers import ProjectsHealthOut, StorageOut, UsageOut
from services.gateway.projects_wording import API_VERSION, usage
from services.gateway.schemas import Responses
from services.gateway.storage import Kept, gib
from shared.errors import Unavailable

SURFACE = "projects"


async def storage_stats(request: Request, user: User) -> Response:
    """What one keeps against what one may."""
    return answer((await deps_of(request).storage.of(owner_of(user))).described())


async def usage_stats(request: Request, user: User) -> Response:
    """One's own requests to this surface so far."""
    deps, owner = deps_of(request), owner_of(user)
    with suppress(Unavailable):  # then the newest requests are not counted yet
        await deps.usage.flush(owner)
    return answer(usage(user.user_id, await deps.views.usage(owner)))


async def health(request: Request) -> Response:
    """Whether the service is up, and what everybody keeps together."""
    deps = deps_of(request)
    report = await deps.health.report()
    settings = deps.settings
    try:
        kept = await deps.storage.of_all()
    except Unavailable:
        kept = Kept(0, 0, settings.storage_limit_bytes, settings.storage_file_limit)
    told = {
        "status": report["status"],
        "version": API_VERSION,
        "storage_usage_gb": gib(kept.total_bytes),
        "storage_limit_gb": gib(kept.limit_bytes),
        "file_count": kept.file_count,
        "file_limit": kept.file_limit,
    }
    return answer(told, 200 if report["status"] == "healthy" else 503, {"Cache-Control": "no-store"})


def add(app: FastAPI) -> None:
    """The routing table."""
    sad: Responses = {503: {"model": ProjectsHealthOut, "description": "A part that is needed does not answer"}}
    app.get("/api/v1/storage/stats", tags=[SURFACE], response_model=StorageOut)(storage_stats)
    app.get("/api/v1/usage/stats", tags=[SURFACE], response_model=UsageOut)(usage_stats)
    app.get("/api/v1/health", tags=[SURFACE], response_model=ProjectsHealthOut, responses=sad)(health)
