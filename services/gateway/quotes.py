"""What something would cost and what may be spent, as answers tell it: in US dollars. Pure."""

from __future__ import annotations

from typing import Any

from shared.contracts.budgets import Budget, Quote
from shared.contracts.values import Charge

_MICRO = 1_000_000


def told(quote: Quote) -> dict[str, Any]:
    """An estimate with the budget that it is held against."""
    return {"estimate": _estimate(quote), "budget": _budget(quote.budget)}


def _estimate(quote: Quote) -> dict[str, Any]:
    return {
        "total_cost": usd(sum(one.amount_microusd for one in quote.charges)),
        "billed": any(one.billed for one in quote.charges),
        "at_most": usd(quote.at_most_microusd),
        "breakdown": [_line(one) for one in quote.charges],
    }


def _line(charge: Charge) -> dict[str, Any]:
    return {
        "service": charge.service,
        "model": charge.model,
        "quantity": charge.quantity,
        "unit": charge.unit,
        "cost": usd(charge.amount_microusd),
        "billed": charge.billed,
    }


def _budget(budget: Budget) -> dict[str, Any]:
    return {
        "limit": usd(budget.limit_microusd),
        "spent": usd(budget.spent_microusd),
        "reserved": usd(budget.reserved_microusd),
        "remaining": usd(budget.remaining_microusd),
        "task_limit": usd(budget.task_limit_microusd),
        "task_remaining": usd(budget.task_remaining_microusd),
    }


def usd(microusd: int) -> float:
    """Dollars; its shortest decimal form is exact."""
    return microusd / _MICRO
