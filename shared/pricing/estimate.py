"""What work is going to cost: the charges that its jobs are expected to leave. Pure.

Pictures and clips are counted exactly. What a text or a narration costs is known only afterwards, so it stands here at
its most. Work on our own machines that leaves no charges is not in an estimate either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from shared.contracts.orders import AdaptationOrder, ClipsOrder, Order, ScreenplayOrder, items_of
from shared.contracts.values import Brief, Charge
from shared.contracts.workflow import Group, Segment
from shared.pricing.prices import Prices

PAGES = {"short": 6, "long": 12}
"""How many pages a story gets."""

PAGE_CHARS = 600
"""The most that a page's text has."""
EDITED_PAGE_CHARS = 2_000
"""The most that a user may make of it."""
QUESTION_TOKENS = 6_000
"""The most that a writer is asked with, the user's own words included."""
PAGE_TOKENS = 1_500
"""The most that is written for a page or a scene: its text, its picture, its shots."""
SCENES = 6
"""How many scenes a screenplay gets unless told otherwise."""
SENDINGS_MOST = 2
"""A step that fails through no fault of its input is sent once more, and both may be billed."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """The charges to expect, added up by service and model."""

    charges: tuple[Charge, ...] = ()

    @property
    def amount_microusd(self) -> int:
        """What it costs by the price list, if nothing has to be sent twice."""
        return sum(one.amount_microusd for one in self.charges)

    @property
    def billed(self) -> bool:
        """Whether somebody takes money for any of it."""
        return any(one.billed for one in self.charges)

    @property
    def at_most_microusd(self) -> int:
        """What may be billed at most, with every step sent a second time. This much is reserved."""
        return SENDINGS_MOST * sum(one.amount_microusd for one in self.charges if one.billed)


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """What decides how many jobs there are. `pages` is 0 while nobody knows; `edited`: the user wrote the script."""

    brief: Brief
    orders: Mapping[int, Order] = {}
    pages: int = 0
    edited: bool = False

    def pages_of(self, order: Order | None) -> int:
        """How many pages the story has, or will have."""
        if self.pages:
            return self.pages
        return order.pages if isinstance(order, AdaptationOrder) and order.pages else PAGES[self.brief.length]


def of_segments(prices: Prices, segments: Sequence[Segment], extent: Extent) -> Estimate:
    """What these segments cost, done one after the other."""
    first = next((order for one in segments if (order := extent.orders.get(one.id))), None)
    pages = extent.pages_of(first)
    charges = [
        charge
        for segment in segments
        for wave in segment.waves
        for group in wave
        for charge in _of_group(prices, group, extent.orders.get(segment.id), pages, extent.edited)
    ]
    return Estimate(charges=tuple(_added_up(charges)))


def of_redraw(prices: Prices) -> Estimate:
    """What one picture drawn anew costs; the film is put together on our own machines."""
    return Estimate(charges=(prices.picture(),) if prices.images_billed else ())


def _of_group(prices: Prices, group: Group, order: Order | None, pages: int, edited: bool) -> Iterator[Charge]:
    match group.kind:
        case "draw_picture":
            yield prices.picture(items_of(order))
        case "animate_picture" if isinstance(order, ClipsOrder):
            yield prices.clip(order.duration_ms, order.count)
        case "draw_image" if prices.images_billed:
            yield prices.picture(pages)
        case "speak_page" if prices.speech_billed:
            yield prices.speech(EDITED_PAGE_CHARS if edited else PAGE_CHARS, pages)
        case "write_story" if prices.text_billed and not isinstance(order, AdaptationOrder):
            yield from _written(prices, pages)
        case "write_screenplay" if prices.text_billed:
            yield from _written(prices, order.scene_count or SCENES if isinstance(order, ScreenplayOrder) else SCENES)


def _written(prices: Prices, parts: int) -> Iterator[Charge]:
    """The answer, and one chance to mend it, for which the writer reads question and answer again."""
    answer_tokens = parts * PAGE_TOKENS
    yield prices.text(QUESTION_TOKENS, answer_tokens)
    yield prices.text(QUESTION_TOKENS + answer_tokens, answer_tokens)


def _added_up(charges: Iterable[Charge]) -> Iterator[Charge]:
    sums: dict[tuple[str, str, str, bool], list[Charge]] = {}
    for one in charges:
        sums.setdefault((one.service, one.model, one.unit, one.billed), []).append(one)
    for (service, model, unit, billed), some in sums.items():
        yield Charge(
            service=service, model=model, quantity=sum(one.quantity for one in some), unit=unit,
            amount_microusd=sum(one.amount_microusd for one in some), billed=billed,
        )  # fmt: skip
