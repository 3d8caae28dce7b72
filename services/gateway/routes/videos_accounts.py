"""Access tokens of the video surface: by password, and again for one that is still valid."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from services.gateway.access import User, bearer_of
from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.schemas import ErrorOut, Responses
from services.gateway.videos_schemas import BearerOut
from shared.errors import Unauthenticated

SURFACE = "videos"
WRONG = "Incorrect username or password"
_NO_STORE = {"Cache-Control": "no-store"}

Field = Annotated[str, Form(min_length=1, max_length=1024)]


async def token(request: Request, username: Field, password: Field) -> Response:
    """Exchanges a password for an access token. Takes a form."""
    try:
        tokens = await deps_of(request).accounts.login(username, password, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated(WRONG) from error
    return answer({"access_token": tokens.access_token, "token_type": "bearer"}, headers=_NO_STORE)


async def refresh(request: Request, user: User) -> Response:
    """A new access token for one that is still valid."""
    tokens = await deps_of(request).accounts.reissue(bearer_of(request), SURFACE)
    return answer({"access_token": tokens.access_token, "token_type": "bearer"}, headers=_NO_STORE)


def add(app: FastAPI) -> None:
    """The routing table."""
    wrong: Responses = {401: {"model": ErrorOut, "description": WRONG}}
    invalid: Responses = {401: {"model": ErrorOut, "description": "Could not validate credentials"}}
    app.post("/v1/auth/token", tags=["videos"], response_model=BearerOut, responses=wrong)(token)
    app.post("/v1/auth/refresh", tags=["videos"], response_model=BearerOut, responses=invalid)(refresh)
