"""The application: every route on what `bootstrap` (or a test) brings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from services.gateway import errors
from services.gateway.deps import Deps
from services.gateway.edge import Edge
from services.gateway.idempotency import Idempotency
from services.gateway.openapi import ABOUT, completed
from services.gateway.projects_edge import ProjectsEdge
from services.gateway.routes import (
    accounts,
    budget,
    events,
    health,
    notifications,
    pages,
    projects,
    projects_accounts,
    projects_edit,
    projects_generate,
    projects_stats,
    resources,
    sessions_accounts,
    sessions_generation,
    sessions_listing,
    sessions_socket,
    sessions_storage,
    tasks,
    videos,
    videos_accounts,
    webhooks,
    workflows,
)
from shared.ending import end
from shared.ops.version import VERSION

ROUTES = (
    workflows,
    tasks,
    resources,
    events,
    accounts,
    notifications,
    sessions_generation,
    sessions_listing,
    sessions_storage,
    sessions_accounts,
    sessions_socket,
    projects,
    projects_edit,
    projects_generate,
    projects_stats,
    projects_accounts,
    videos,
    videos_accounts,
    budget,
    health,
    webhooks,
    pages,
)
"""In the order in which paths are tried; the hot ones first, and fixed paths before patterns."""

_EXPOSED = [
    "X-Request-ID",
    "Idempotency-Replayed",
    "Preference-Applied",
    "Content-Range",
    "Retry-After",
    *(f"X-RateLimit-{what}" for what in ("Limit", "Remaining", "Reset", "Warning")),
]
"""Headers that scripts on other origins may read."""


def make_api() -> FastAPI:
    """The routes and their description; `create_app` makes them work."""
    app = FastAPI(title="Talewright", version=VERSION, description=ABOUT, lifespan=_lifespan, redirect_slashes=False)
    errors.install(app)
    for routes in ROUTES:
        routes.add(app)
    described = app.openapi
    app.openapi = lambda: app.openapi_schema or completed(described())  # type: ignore[method-assign]
    return app


def create_app(deps: Deps) -> FastAPI:
    """The ASGI application. Its lifespan runs the live feed."""
    app = make_api()
    app.state.deps = deps
    surround(app, deps)
    return app


def surround(app: FastAPI, deps: Deps) -> None:
    """What requests pass on their way in, the innermost first."""
    lease_s = deps.settings.idempotency_lease_s
    app.add_middleware(Idempotency, store=deps.idempotency, tokens=deps.tokens, lease_s=lease_s)
    app.add_middleware(Edge, settings=deps.settings)
    edge = partial(Edge, settings=deps.settings)
    app.add_middleware(ProjectsEdge, windows=deps.windows, tokens=deps.tokens, usage=deps.usage, around=edge)
    if deps.settings.cors_origins:  # outermost: browsers hide errors from scripts that lack its headers
        origins = list(deps.settings.cors_origins)
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    deps: Deps = app.state.deps
    running = [asyncio.create_task(work()) for work in (deps.feed.run, deps.feed.beat, deps.usage.run)]
    try:
        yield
    finally:
        deps.feed.close()
        await end(*running)
        await deps.usage.flush_all()
