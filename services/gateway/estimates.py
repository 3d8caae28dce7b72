"""Asking what something would cost, with `?dry_run=true`, and being told that it costs too much.

The tasks service decides and prices a dry run just as it would the real thing, so what is refused for another reason is
refused here, too. Nothing is drawn, stored or asked for besides.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Response
from msgspec.structs import replace
from pydantic import BaseModel

from services.gateway.answers import answer
from services.gateway.deps import Deps
from services.gateway.quotes import told
from services.gateway.schemas import Responses
from shared.clock import new_id
from shared.contracts.commands import CreateTask, RedrawPage, RequestSegment
from shared.errors import Unavailable

DryRun = Annotated[bool, Query(description="Only tell what it would cost; nothing is done.")]


class CostLineOut(BaseModel):
    """What one model is expected to do, and what it costs in US dollars."""

    service: str
    model: str
    quantity: float
    unit: str
    cost: float
    billed: bool


class EstimateOut(BaseModel):
    """What it costs by the price list, in US dollars. `billed`: somebody takes money for it, `at_most` so much, if all
    has to be made twice; that much is reserved."""

    total_cost: float
    billed: bool
    at_most: float
    breakdown: list[CostLineOut]


class BudgetOut(BaseModel):
    """What one may spend this month (UTC), in US dollars, and what of it a single task may."""

    limit: float
    spent: float
    reserved: float
    remaining: float
    task_limit: float
    task_remaining: float


class DryRunOut(BaseModel):
    """What it would cost."""

    dry_run: Literal[True]
    estimate: EstimateOut
    budget: BudgetOut


class OverBudgetOut(BaseModel):
    """Why it is not done, and what it would have cost."""

    detail: str
    estimate: EstimateOut
    budget: BudgetOut


_COST = {"service": "replicate_flux", "model": "flux-schnell", "quantity": 6, "unit": "image", "cost": 0.018}
EXAMPLE: dict[str, Any] = {
    "detail": "This may cost up to $0.036; of this month's $20.00 $0.01 are left.",
    "estimate": {"total_cost": 0.018, "billed": True, "at_most": 0.036, "breakdown": [{**_COST, "billed": True}]},
    "budget": {
        "limit": 20.0, "spent": 19.5, "reserved": 0.49, "remaining": 0.01, "task_limit": 5.0, "task_remaining": 0.01,
    },
}  # fmt: skip
OVER_BUDGET: Responses = {
    402: {
        "model": OverBudgetOut,
        "description": "It would cost more than may be spent",
        "content": {"application/json": {"example": EXAMPLE}},
    }
}


def new_name() -> str:
    """The name of a task that is only priced."""
    return f"estimate-{new_id()}"


async def quoted(deps: Deps, command: CreateTask | RequestSegment | RedrawPage) -> Response:
    """The answer of a dry run. Raises what the command would, but for its cost."""
    reply = await deps.commands.ask(_dry(command), new_id())
    if reply.quote is None:
        raise Unavailable("Estimates are not ready yet.")  # a tasks service from before them
    body: dict[str, Any] = {"dry_run": True, **told(reply.quote)}
    return answer(body, headers={"Cache-Control": "no-store"})


def _dry(command: CreateTask | RequestSegment | RedrawPage) -> CreateTask | RequestSegment | RedrawPage:
    return replace(command, dry_run=True)
