"""The application: every route on what `bootstrap` (or a test) brings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from services.gateway import errors
from services.gateway.deps import Deps
from services.gateway.edge import Edge
from services.gateway.health import VERSION
from services.gateway.idempotency import Idempotency
from services.gateway.routes import (
    accounts,
    events,
    health,
    notifications,
    pages,
    resources,
    sessions_accounts,
    sessions_generation,
    sessions_listing,
    sessions_socket,
    sessions_storage,
    tasks,
    videos,
    videos_accounts,
    workflows,
)

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
    videos,
    videos_accounts,
    health,
    pages,
)
"""In the order in which paths are tried; the hot ones first, and fixed paths before patterns."""

_ABOUT = "Turns a topic into an illustrated, narrated, subtitled story video, step by step."


def create_app(deps: Deps) -> FastAPI:
    """The ASGI application. Its lifespan runs the live feed."""
    app = FastAPI(title="Talewright", version=VERSION, description=_ABOUT, lifespan=_lifespan, redirect_slashes=False)
    app.state.deps = deps
    errors.install(app)
    for routes in ROUTES:
        routes.add(app)
    lease_s = deps.settings.idempotency_lease_s
    app.add_middleware(Idempotency, store=deps.idempotency, tokens=deps.tokens, lease_s=lease_s)
    if deps.settings.cors_origins:
        origins = list(deps.settings.cors_origins)
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["X-Request-ID", "Idempotency-Replayed", "Preference-Applied", "Content-Range"],
        )
    app.add_middleware(Edge, settings=deps.settings)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    deps: Deps = app.state.deps
    running = [asyncio.create_task(deps.feed.run()), asyncio.create_task(deps.feed.beat())]
    try:
        yield
    finally:
        deps.feed.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
