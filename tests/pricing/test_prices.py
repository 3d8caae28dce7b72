"""The price list: exact to the millionth of a dollar, and never too low where it is a bound."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.values import Charge
from shared.pricing.prices import Prices, microusd, sold_length_ms
from shared.pricing.settings import BudgetSettings, PriceSettings


def test_pictures() -> None:
    assert Prices().picture() == Charge(
        service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3_000
    )
    dear = Prices(image_model="flux-dev", image_usd=Decimal("0.025"), images_billed=True).picture(4)
    assert (dear.model, dear.quantity, dear.amount_microusd, dear.billed) == ("flux-dev", 4, 100_000, True)


def test_clips_of_our_own_cost_by_their_length_and_bought_ones_by_what_is_sold() -> None:
    ours = Prices().clip(8_000)
    assert (ours.model, ours.quantity, ours.unit, ours.amount_microusd, ours.billed) == (
        "gen-4-turbo", 8, "second", 120_000, False,
    )  # fmt: skip
    bought = Prices(clips_billed=True).clip(8_000, 2)
    assert (bought.quantity, bought.amount_microusd, bought.billed) == (20, 300_000, True)


@pytest.mark.parametrize(("asked_ms", "sold_ms"), [(1_000, 5_000), (5_000, 5_000), (5_001, 10_000), (12_000, 10_000)])
def test_clips_are_sold_in_two_lengths(asked_ms: int, sold_ms: int) -> None:
    assert sold_length_ms(asked_ms) == sold_ms


def test_speech_and_text_round_up() -> None:
    speech = Prices(speech_billed=True).speech(1)
    assert (speech.quantity, speech.unit, speech.amount_microusd, speech.billed) == (1, "character", 60, True)
    assert Prices(speech_1k_usd=Decimal("0.0001")).speech(11, 3).amount_microusd == 3 * 2
    text = Prices(text_billed=True).text(1_000, 500)
    assert (text.quantity, text.unit, text.amount_microusd, text.billed) == (1_500, "token", 1_200, True)
    assert Prices().text(1, 0).amount_microusd == 1


def test_whether_anything_is_billed() -> None:
    assert not Prices().bills
    for kind in ("text", "images", "speech", "clips"):
        billed: Any = {f"{kind}_billed": True}
        assert Prices(**billed).bills


@given(st.decimals(0, 100, places=9), st.integers(1, 1_000))
def test_law_many_cost_as_much_as_each_alone(usd: Decimal, count: int) -> None:
    prices = Prices(image_usd=usd, clip_second_usd=usd, speech_1k_usd=usd)
    assert prices.picture(count).amount_microusd == count * prices.picture().amount_microusd
    assert prices.clip(1_234, count).amount_microusd == count * prices.clip(1_234).amount_microusd
    assert prices.speech(321, count).amount_microusd == count * prices.speech(321).amount_microusd


@given(st.decimals(0, 100, places=9))
def test_law_rounding_up_is_never_too_low(usd: Decimal) -> None:
    assert 0 <= microusd(usd, up=True) - usd * 1_000_000 < 1
    assert abs(microusd(usd) - usd * 1_000_000) <= Decimal("0.5")


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> PriceSettings:
    for name, value in environment.items():
        monkeypatch.setenv(f"TALEWRIGHT_{name.upper()}", value)
    return PriceSettings()  # type: ignore[call-arg]


def test_without_settings_nothing_is_billed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).prices == Prices()


def test_one_setting_turns_all_over_to_a_provider_and_overrides_take_some_back(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, provider="replicate", provider_speech="local")
    assert (found.text_by, found.images_by, found.speech_by, found.clips_by) == (
        "replicate", "replicate", "local", "replicate",
    )  # fmt: skip
    prices = found.prices
    assert (prices.text_billed, prices.images_billed, prices.speech_billed, prices.clips_billed) == (
        True, True, False, True,
    )  # fmt: skip


def test_models_have_prices_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    prices = settings(
        monkeypatch, image_model="flux-dev", speech_model="kokoro-82m", price_gen4_turbo_usd="0.05",
        price_text_in_usd="1", price_text_out_usd="5", text_model="anthropic/claude-4.5-haiku",
    ).prices  # fmt: skip
    assert (prices.image_usd, prices.speech_1k_usd, prices.clip_second_usd) == (
        Decimal("0.025"), Decimal("0.01"), Decimal("0.05"),
    )  # fmt: skip
    assert prices.text(1_000_000, 1_000_000).amount_microusd == 6_000_000
    assert (prices.image_model, prices.speech_model, prices.text_model) == (
        "flux-dev", "kokoro-82m", "anthropic/claude-4.5-haiku",
    )  # fmt: skip


def test_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    found = BudgetSettings()
    assert (found.budget_user_usd, found.budget_task_usd) == (Decimal(20), Decimal(5))
    monkeypatch.setenv("TALEWRIGHT_BUDGET_USER_USD", "0.5")
    assert BudgetSettings().budget_user_usd == Decimal("0.5")
