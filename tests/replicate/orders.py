"""Purchases that tests make."""

from typing import Any

from services.media.purchases import Purchase
from shared.contracts.values import Charge

CHARGE = Charge(service="replicate", model="flux-schnell", quantity=1, unit="image", amount_microusd=3000, billed=True)
PICTURES = ("image/png", "image/webp", "image/jpeg")


def picture(step: str = "draw", *, number: int = 1, deadline_s: float = 5.0, **given: Any) -> Purchase:
    fields = {"prompt": f"a fox for {step}", "num_outputs": number, "output_format": "png", **given}
    return Purchase(
        step=step, model="black-forest-labs/flux-schnell", input=fields, charge=CHARGE,
        media_types=PICTURES, deadline_s=deadline_s,
    )  # fmt: skip


def words(prompt: str = "a story", step: str = "write") -> Purchase:
    return Purchase(
        step=step, model="openai/gpt-4.1-mini", input={"prompt": prompt}, charge=CHARGE,
        media_types=("text/plain",), deadline_s=5.0,
    )  # fmt: skip
