"""Estimates: the charges that jobs will leave, and the most that may be billed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.orders import AdaptationOrder, ClipsOrder, CompositionOrder, Order, PicturesOrder, ScreenplayOrder
from shared.contracts.values import Artifact, Brief, Charge
from shared.contracts.workflow import SCREENPLAY, SESSION, STORY, Workflow
from shared.pricing.estimate import Estimate, Extent, of_redraw, of_segments
from shared.pricing.prices import Prices

BILLED = Prices(text_billed=True, images_billed=True, speech_billed=True, clips_billed=True)
SHORT, LONG = Brief(topic="x"), Brief(topic="x", length="long")
FILE = Artifact(name="screenplay.json", key="k", media_type="application/json", size_bytes=1)


def of(workflow: Workflow, prices: Prices = BILLED, brief: Brief = SHORT, first: int = 1, **more: Any) -> Estimate:
    return of_segments(prices, workflow.segments[first - 1 :], Extent(brief=brief, **more))


def counted(estimate: Estimate) -> dict[str, float]:
    return {f"{one.model} {one.unit}": one.quantity for one in estimate.charges}


def test_a_short_and_a_long_story() -> None:
    assert counted(of(STORY)) == {
        "openai/gpt-4.1-mini token": 2 * 6_000 + 3 * 9_000,
        "flux-schnell image": 6,
        "speech-02-turbo character": 3_600,
    }
    assert counted(of(STORY, brief=LONG))["flux-schnell image"] == 12
    assert of(STORY).amount_microusd == (12_000 + 9_000) * 4 // 10 + 18_000 * 16 // 10 + 18_000 + 216_000


def test_pages_that_are_known_count() -> None:
    assert counted(of(STORY, first=2, pages=3))["flux-schnell image"] == 3
    assert counted(of(STORY, first=4, pages=3)) == {"speech-02-turbo character": 1_800}
    assert counted(of(STORY, first=4, pages=3, edited=True)) == {"speech-02-turbo character": 6_000}
    assert of(STORY, first=5, pages=3) == Estimate()


@pytest.mark.parametrize(("pages", "drawn"), [(8, 8), (0, 6)])
def test_a_screenplay_says_how_many_pages_it_makes_and_is_adapted_by_ourselves(pages: int, drawn: int) -> None:
    orders: dict[int, Order] = {1: AdaptationOrder(screenplay=FILE, pages=pages)}
    found = counted(of(STORY, orders=orders))
    assert found == {"flux-schnell image": drawn, "speech-02-turbo character": drawn * 600}


def test_screenplays() -> None:
    usual, twelve = ScreenplayOrder(), ScreenplayOrder(scene_count=12)
    assert counted(of(SCREENPLAY, orders={1: usual})) == {"openai/gpt-4.1-mini token": 12_000 + 27_000}
    assert counted(of(SCREENPLAY)) == counted(of(SCREENPLAY, orders={1: usual}))
    assert counted(of(SCREENPLAY, orders={1: twelve})) == {"openai/gpt-4.1-mini token": 12_000 + 54_000}


def test_sessions() -> None:
    pictures, clips = PicturesOrder(count=4), ClipsOrder(count=3, prompt="p", duration_ms=8_000)
    orders: dict[int, Order] = {1: pictures, 2: clips, 3: CompositionOrder()}
    bought = of(SESSION, orders=orders)
    assert counted(bought) == {"flux-schnell image": 4, "gen-4-turbo second": 30}
    assert (bought.amount_microusd, bought.at_most_microusd) == (12_000 + 450_000, 924_000)
    ours = of(SESSION, Prices(), orders=orders)
    assert (counted(ours), ours.amount_microusd) == ({"flux-schnell image": 4, "gen-4-turbo second": 24}, 372_000)
    assert (ours.billed, ours.at_most_microusd) == (False, 0)
    assert counted(of(SESSION, orders={1: pictures})) == {"flux-schnell image": 4}


def test_our_own_stories_leave_no_charges() -> None:
    assert of(STORY, Prices()) == of(SCREENPLAY, Prices()) == of_redraw(Prices()) == Estimate()
    assert Estimate().amount_microusd == Estimate().at_most_microusd == 0


def test_only_what_is_bought_counts() -> None:
    mixed = of(
        SESSION,
        Prices(clips_billed=True),
        orders={1: PicturesOrder(count=1), 2: ClipsOrder(count=1, prompt="p", duration_ms=5_000)},
    )
    assert (mixed.amount_microusd, mixed.at_most_microusd, mixed.billed) == (78_000, 150_000, True)
    assert counted(of(STORY, Prices(images_billed=True))) == {"flux-schnell image": 6}


def test_a_redraw_is_one_picture() -> None:
    assert of_redraw(BILLED) == Estimate(charges=(BILLED.picture(),))
    assert of_redraw(BILLED).at_most_microusd == 6_000


_billed = st.builds(Prices, **{f"{kind}_billed": st.booleans() for kind in ("text", "images", "speech", "clips")})


@given(_billed, st.integers(1, 8), st.integers(1, 10), st.integers(1_000, 10_000))
def test_law_a_session_costs_what_its_jobs_leave(prices: Prices, images: int, clips: int, duration_ms: int) -> None:
    """An estimate is exact where every job leaves a charge of its own."""
    orders: dict[int, Order] = {
        1: PicturesOrder(count=images), 2: ClipsOrder(count=clips, prompt="p", duration_ms=duration_ms)
    }  # fmt: skip
    left: list[Charge] = [prices.picture() for _ in range(images)] + [prices.clip(duration_ms) for _ in range(clips)]
    estimate = of(SESSION, prices, orders=orders)
    assert estimate.amount_microusd == sum(one.amount_microusd for one in left)
    assert sum(one.quantity for one in estimate.charges) == pytest.approx(sum(one.quantity for one in left))
    assert estimate.at_most_microusd == 2 * sum(one.amount_microusd for one in left if one.billed)


@given(_billed, st.integers(0, 40), st.sampled_from([SHORT, LONG]), st.booleans())
def test_law_the_whole_is_the_sum_of_its_segments(prices: Prices, pages: int, brief: Brief, edited: bool) -> None:
    extent = Extent(brief=brief, pages=pages, edited=edited)
    whole = of_segments(prices, STORY.segments, extent)
    parts = [of_segments(prices, (segment,), extent) for segment in STORY.segments]
    assert whole.at_most_microusd == sum(part.at_most_microusd for part in parts)
