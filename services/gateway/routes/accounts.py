"""Accounts: register, log in, refresh, log out. The refresh token lives in a cookie that scripts cannot read."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.schemas import AccountOut, Credentials, ErrorOut, Responses, TokenOut
from services.gateway.settings import GatewaySettings
from shared.contracts.accounts import Tokens
from shared.errors import Unauthenticated

COOKIE = "refresh_token"
SURFACE = "stories"
_NO_STORE = {"Cache-Control": "no-store"}


async def register(request: Request, body: Credentials) -> Response:
    """Creates an account."""
    account = await deps_of(request).accounts.register(body.username, body.password)
    return answer({"id": account.id, "username": account.username})


async def login(request: Request, body: Credentials) -> Response:
    """Exchanges a password for an access token, and sets the refresh cookie."""
    try:
        tokens = await deps_of(request).accounts.login(body.username, body.password, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated("Invalid credentials") from error
    return _with_cookie(request, tokens)


async def refresh(request: Request) -> Response:
    """Exchanges the refresh cookie for a new access token and a new cookie; the old one is spent."""
    token = request.cookies.get(COOKIE, "")
    try:
        if not token:
            raise Unauthenticated
        tokens = await deps_of(request).accounts.refresh(token, SURFACE)
    except Unauthenticated as error:
        raise Unauthenticated("Invalid refresh token") from error
    return _with_cookie(request, tokens)


async def logout(request: Request) -> Response:
    """Revokes the refresh token with all its descendants, and removes the cookie."""
    token = request.cookies.get(COOKIE, "")
    if token:
        await deps_of(request).accounts.logout(token)
    gone = cookie("", 0, _secure(request, deps_of(request).settings))
    return answer({"logged_out": True}, headers={**_NO_STORE, "Set-Cookie": gone})


def cookie(token: str, lives_s: int, secure: bool) -> str:
    """The `Set-Cookie` header of a refresh token."""
    parts = [f"{COOKIE}={token}", "Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={lives_s}"]
    return "; ".join([*parts, "Secure"] if secure else parts)


def _with_cookie(request: Request, tokens: Tokens) -> Response:
    secure = _secure(request, deps_of(request).settings)
    kept = cookie(tokens.refresh_token, tokens.refresh_expires_in_s, secure)
    body = {"access_token": tokens.access_token, "token_type": "Bearer"}
    return answer(body, headers={**_NO_STORE, "Set-Cookie": kept})


def _secure(request: Request, settings: GatewaySettings) -> bool:
    return settings.cookie_secure == "always" or (settings.cookie_secure == "auto" and request.url.scheme == "https")


def add(app: FastAPI) -> None:
    """The routing table."""
    no: Responses = {401: {"model": ErrorOut, "description": "Invalid credentials / Invalid refresh token"}}
    taken: Responses = {400: {"model": ErrorOut, "description": "Username already exists"}}
    app.post("/api/register", tags=["accounts"], response_model=AccountOut, responses=taken)(register)
    app.post("/api/login", tags=["accounts"], response_model=TokenOut, responses=no)(login)
    app.post("/api/refresh", tags=["accounts"], response_model=TokenOut, responses=no)(refresh)
    app.post("/api/logout", tags=["accounts"])(logout)
