"""`/api/v1/auth`: tokens of the projects surface."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.projects_answers import LoginOut, RefreshOut, errors
from services.gateway.projects_schemas import Login, RefreshBody
from shared.errors import Unauthenticated

SURFACE = "projects"
_NO_STORE = {"Cache-Control": "no-store"}


async def login(request: Request, body: Login) -> Response:
    """Exchanges a password for tokens."""
    try:
        tokens = await deps_of(request).accounts.login(body.username, body.password, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated("Invalid credentials") from error
    told = {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}
    return answer({**told, "token_type": "bearer", "expires_in": tokens.expires_in_s}, headers=_NO_STORE)


async def refresh(request: Request, body: RefreshBody) -> Response:
    """A new access token; the refresh token stays good until it expires."""
    try:
        tokens = await deps_of(request).accounts.refresh(body.refresh_token, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated("Invalid or expired refresh token") from error
    told = {"access_token": tokens.access_token, "token_type": "bearer", "expires_in": tokens.expires_in_s}
    return answer(told, headers=_NO_STORE)


def add(app: FastAPI) -> None:
    """The routing table."""
    wrong, spent = errors(401), errors(401, s401="Invalid or expired refresh token")
    app.post("/api/v1/auth/login", tags=[SURFACE], response_model=LoginOut, responses=wrong)(login)
    app.post("/api/v1/auth/refresh", tags=[SURFACE], response_model=RefreshOut, responses=spent)(refresh)
