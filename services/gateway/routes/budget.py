"""What one may still spend this month."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.deps import deps_of
from services.gateway.quotes import usd
from services.gateway.views import BudgetView
from shared.clock import now_ms, rfc3339
from shared.pricing.prices import microusd


class MonthOut(BaseModel):
    """A month's budget in US dollars; only what a provider bills is counted, whatever was reserved for work in hand."""

    month: str = Field(examples=["2026-11"])
    limit: float
    spent: float
    reserved: float
    remaining: float


async def show(request: Request, user: User) -> Response:
    """One's budget of this month (UTC)."""
    deps, month = deps_of(request), rfc3339(now_ms())[:7]
    used = await deps.views.budget(owner_of(user), month) or BudgetView()
    limit = microusd(deps.settings.budget_user_usd)
    body = {
        "month": month,
        "limit": usd(limit),
        "spent": usd(used.spent_microusd),
        "reserved": usd(used.reserved_microusd),
        "remaining": usd(max(0, limit - used.spent_microusd - used.reserved_microusd)),
    }
    return answer(body, headers={"Cache-Control": "no-store"})


def add(app: FastAPI) -> None:
    """The routing table."""
    app.get("/api/budget", response_model=MonthOut, tags=["system"])(show)
