"""Who asks: the bearer token of a request, or of a connection that cannot send headers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from services.gateway.deps import deps_of
from services.gateway.errors import UNAUTHENTICATED
from services.gateway.ports import Principal
from shared.errors import Forbidden, Unauthenticated


class _Bearer(HTTPBearer):
    """The token's principal; documents itself as bearer authentication."""

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]
        return await principal_of(request)


class _BearerOrQuery(HTTPBearer):
    """The same, and `?token=` for players and event sources."""

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]
        return await principal_of(request, query=True)


def bearer_of(connection: HTTPConnection) -> str:
    """The token of the Authorization header, "" if there is none."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def principal_of(connection: HTTPConnection, query: bool = False) -> Principal:
    """Raises `Unauthenticated`."""
    token = bearer_of(connection)
    if not token and query:
        token = connection.query_params.get("token", "")
    if not token:
        raise Unauthenticated(UNAUTHENTICATED)
    return await deps_of(connection).tokens.verify(token)


_bearer = _Bearer(scheme_name="bearer", auto_error=False, description="The access token of any login.")
_bearer_or_query = _BearerOrQuery(scheme_name="bearer", auto_error=False, description="The access token of any login.")


async def _admin(principal: Annotated[Principal, Depends(_bearer)]) -> Principal:
    if not principal.admin:
        raise Forbidden("Only administrators may do this")
    return principal


User = Annotated[Principal, Depends(_bearer)]
UserOrQuery = Annotated[Principal, Depends(_bearer_or_query)]
Admin = Annotated[Principal, Depends(_admin)]


def owner_of(principal: Principal) -> str:
    """The owner of streams and views that an account is."""
    return str(principal.user_id)
