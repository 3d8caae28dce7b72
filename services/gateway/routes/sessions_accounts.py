"""`/api/auth`: tokens for the sessions surface. Accounts are those of all surfaces; `/api/register` makes them."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Header, Request, Response
from pydantic import ValidationError

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import UNAUTHENTICATED, Unprocessable
from services.gateway.sessions_answers import SessionTokenOut, SessionUserOut, errors
from services.gateway.sessions_bodies import ExchangeIn, LoginIn
from services.gateway.sessions_wording import SURFACE
from shared.contracts.accounts import Tokens
from shared.errors import Forbidden, NotFound, Unauthenticated

NO_EXCHANGE = "The frontend must send its X-Exchange-Secret"
_NO_STORE = {"Cache-Control": "no-store"}
_FORM = "application/x-www-form-urlencoded"
_MALFORMED = "Expected username (or email) and password, as a form or as JSON"


async def login(request: Request) -> Response:
    """Exchanges a name and a password for an access token. Takes a form, or the same as JSON."""
    asked = await _credentials(request)
    try:
        tokens = await deps_of(request).accounts.login(asked.username, asked.password, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated(UNAUTHENTICATED) from error
    return _told(tokens)


async def exchange(
    request: Request, body: ExchangeIn, x_exchange_secret: Annotated[str, Header(max_length=1_000)] = ""
) -> Response:
    """Exchanges an email that the frontend has checked for an access token; never an administrator's."""
    deps = deps_of(request)
    _check_exchange(deps, x_exchange_secret)
    try:
        tokens = await deps.accounts.exchange(body.email, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated(UNAUTHENTICATED) from error
    return _told(tokens)


async def me(request: Request, user: User) -> Response:
    """Who the token belongs to."""
    try:
        account = await deps_of(request).accounts.account(int(owner_of(user)))
    except NotFound as error:
        raise Unauthenticated(UNAUTHENTICATED) from error
    return answer({"id": account.id, "email": account.username, "created_at": account.created_at}, headers=_NO_STORE)


def _check_exchange(deps: Deps, secret: str) -> None:
    settings = deps.settings
    if settings.exchange_mode == "off":
        raise NotFound("Not Found")
    if settings.exchange_mode == "open":
        return
    known = settings.exchange_secret.get_secret_value().encode()
    if not known or not hmac.compare_digest(secret.encode("utf-8", "replace"), known):
        raise Forbidden(NO_EXCHANGE)


async def _credentials(request: Request) -> LoginIn:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind in (_FORM, "multipart/form-data"):
            async with request.form(max_files=0, max_fields=20) as form:
                return LoginIn.model_validate({name: value for name, value in form.items() if isinstance(value, str)})
        return LoginIn.model_validate(msgspec.json.decode(await request.body()))
    except (ValidationError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unprocessable(_MALFORMED) from error


def _told(tokens: Tokens) -> Response:
    return answer({"access_token": tokens.access_token, "token_type": "bearer"}, headers=_NO_STORE)


def add(app: FastAPI) -> None:
    """The routing table."""
    text = {"type": "string", "minLength": 1}
    named = {"type": "object", "properties": {"username": text, "password": text}, "required": ["username", "password"]}
    mailed = {"type": "object", "properties": {"email": text, "password": text}, "required": ["email", "password"]}
    credentials: dict[str, Any] = {
        "requestBody": {
            "required": True,
            "content": {
                _FORM: {"schema": named, "example": {"username": "demo@example.com", "password": "demo123"}},
                "application/json": {"schema": {"anyOf": [named, mailed]}},
            },
        }
    }
    tagged: dict[str, Any] = {"tags": ["sessions"]}
    said = errors(400, 409, 413, 422)
    app.post("/api/auth/login", response_model=SessionTokenOut, responses=said, openapi_extra=credentials, **tagged)(
        login
    )
    refused = errors(400, 403, 404, 409, 413, 422, s403=NO_EXCHANGE, s404="Not Found")
    app.post("/api/auth/exchange", response_model=SessionTokenOut, responses=refused, **tagged)(exchange)
    app.get("/api/auth/me", response_model=SessionUserOut, responses=errors(), **tagged)(me)
