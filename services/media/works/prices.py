"""The price list: what the work of a session costs, to the millionth of a dollar. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from shared.contracts.values import Charge


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars an image and a second. `billed` says whether the provider really takes the money.

    What is made on our own machines costs nothing: its charges say what the same work costs by the list.
    """

    flux_schnell_usd: Decimal = Decimal("0.003")
    gen4_turbo_usd: Decimal = Decimal("0.015")
    billed: bool = False

    def picture(self) -> Charge:
        """One picture."""
        amount = _microusd(self.flux_schnell_usd)
        return Charge(
            service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=amount,
            billed=self.billed,
        )  # fmt: skip

    def clip(self, duration_ms: int) -> Charge:
        """One clip of `duration_ms`."""
        amount = _microusd(self.gen4_turbo_usd * duration_ms / 1000)
        return Charge(
            service="replicate_luma", model="gen-4-turbo", quantity=duration_ms / 1000, unit="second",
            amount_microusd=amount, billed=self.billed,
        )  # fmt: skip


def _microusd(usd: Decimal) -> int:
    return int((usd * 1_000_000).quantize(Decimal(1), ROUND_HALF_UP))
