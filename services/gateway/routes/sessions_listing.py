"""`/api/sessions`: one's sessions, with their files and costs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.deps import Deps, deps_of
from services.gateway.sessions_answers import CostsOut, SessionOut, errors
from services.gateway.sessions_steps import session_of
from services.gateway.sessions_wording import SURFACE, costs, described
from services.gateway.views import TaskView

LARGEST_OFFSET = 10**9
_NO_STORE = {"Cache-Control": "no-store"}
Session = Annotated[str, Path(max_length=200, description="A session's id.")]


async def mine(
    request: Request,
    user: User,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=LARGEST_OFFSET)] = 0,
) -> Response:
    """One's own sessions, newest first."""
    deps = deps_of(request)
    found = await deps.views.tasks(owner_of(user), SURFACE, limit, offset)
    return answer([await _shown(deps, one) for one in found], headers=_NO_STORE)


async def one(request: Request, user: User, session_id: Session) -> Response:
    """A session with all its files."""
    deps = deps_of(request)
    return answer(await _shown(deps, await session_of(deps, owner_of(user), session_id)), headers=_NO_STORE)


async def spent(request: Request, user: User, session_id: Session) -> Response:
    """What a session cost by the price list, by service and model."""
    deps = deps_of(request)
    task = await session_of(deps, owner_of(user), session_id)
    return answer(costs(task.task, await deps.views.charges(task.owner, task.task)))


async def _shown(deps: Deps, task: TaskView) -> dict[str, Any]:
    files = await deps.views.artifacts(task.owner, task.task)
    life_s = deps.settings.file_url_s
    return described(task, files, lambda key: deps.artifacts.presign(key, life_s))


def add(app: FastAPI) -> None:
    """The routing table."""
    tagged: dict[str, Any] = {"tags": ["sessions"]}
    listed: dict[str, Any] = {"response_model": list[SessionOut], "responses": errors(422), **tagged}
    app.get("/api/sessions/", **listed)(mine)
    app.get("/api/sessions", include_in_schema=False, **listed)(mine)
    lost = errors(404, 422)
    app.get("/api/sessions/{session_id}", response_model=SessionOut, responses=lost, **tagged)(one)
    app.get("/api/sessions/{session_id}/costs", response_model=CostsOut, responses=lost, **tagged)(spent)
