"""What something is going to cost, and what may be spent. Amounts are in millionths of a US dollar."""

from __future__ import annotations

import msgspec

from shared.contracts.values import Charge


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """A user's budget of a month, and the part of it that one task may have."""

    limit_microusd: int
    spent_microusd: int = 0
    reserved_microusd: int = 0
    task_limit_microusd: int
    task_used_microusd: int = 0

    @property
    def remaining_microusd(self) -> int:
        """What the user may still ask for; late bills may have used up more than there was."""
        return max(0, self.limit_microusd - self.spent_microusd - self.reserved_microusd)

    @property
    def task_remaining_microusd(self) -> int:
        """What may still be asked for this task."""
        return max(0, min(self.remaining_microusd, self.task_limit_microusd - self.task_used_microusd))


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate: the charges to expect, and the most that may be billed. Charges that are not billed say what work
    on our own machines costs elsewhere."""

    charges: tuple[Charge, ...] = ()
    at_most_microusd: int = 0
    budget: Budget
