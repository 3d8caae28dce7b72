"""Stories and screenplays from language models at Replicate."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from services.media.adapters.local_screenwriter import LocalScreenwriter
from services.media.adapters.local_story import LocalStoryWriter
from services.media.adapters.replicate_customer import Customer
from services.media.model import Script
from services.media.purchases import Purchase
from services.media.writing import answered, prompt, scene_count, screenplay_of, screenplay_question, script_of
from services.media.writing import story_question as question_of
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Brief
from shared.pricing.estimate import PAGE_TOKENS, PAGES
from shared.pricing.prices import Prices

TEXT = ("text/plain",)
DEADLINE_S = 240.0
EXPECTED_TOKENS = 500
"""What is usually written for a page or a scene; `PAGE_TOKENS` is where the model is stopped."""
ANTHROPIC_MOST_TOKENS = 8_192
_WARMTH = 0.8


class ReplicateWriter:
    """Implements `ports.StoryWriter`. Texts are split on this machine: that needs no model."""

    def __init__(self, customer: Customer, prices: Prices) -> None:
        self._desk = _Desk(customer, prices)
        self._splitter = LocalStoryWriter()

    async def write(self, brief: Brief) -> Script:
        """A script whose pages have no pieces yet. Raises `Invalid` if two answers in a row are of no use."""
        ask = partial(self._desk.ask, PAGES[brief.length])
        return await answered(ask, question_of(brief), partial(script_of, brief), self._desk.attempt)

    async def split(self, script: Script) -> Script:
        """The same script with every page's `pieces` filled."""
        return await self._splitter.split(script)


class ReplicateScreenwriter:
    """Implements `ports.Screenwriter`. Screenplays become scripts on this machine, by rules that can be foreseen."""

    def __init__(self, customer: Customer, prices: Prices) -> None:
        self._desk = _Desk(customer, prices)
        self._adapter = LocalScreenwriter()

    async def write(self, prompt: str, order: ScreenplayOrder, seed: int) -> Screenplay:
        """A screenplay of what the prompt asks for. Raises `Invalid` as the port says, and if no answer is of use."""
        question = screenplay_question(prompt, order)
        ask = partial(self._desk.ask, scene_count(order))
        return await answered(ask, question, partial(screenplay_of, prompt, order), self._desk.attempt)

    async def adapt(self, screenplay: Screenplay, brief: Brief) -> Script:
        """A story's script with one page a scene; see the port."""
        return await self._adapter.adapt(screenplay, brief)


class _Desk:
    """Where questions are bought answers for."""

    def __init__(self, customer: Customer, prices: Prices) -> None:
        self.attempt = customer.attempt
        self._customer = customer
        self._prices = prices

    async def ask(self, parts: int, step: str, question: str) -> str:
        """Implements `writing.Ask` for an answer of so many pages or scenes."""
        rules = prompt("system")
        charge = self._prices.text(_tokens(rules) + _tokens(question), parts * EXPECTED_TOKENS)
        given = {"prompt": question, "system_prompt": rules, **_limits(self._prices.text_model, parts * PAGE_TOKENS)}
        purchase = Purchase(
            step=step, model=self._prices.text_model, input=given, charge=charge, media_types=TEXT,
            deadline_s=DEADLINE_S,
        )  # fmt: skip
        return await self._customer.text(purchase)


def _limits(model: str, tokens: int) -> dict[str, Any]:
    """How each vendor's models call the longest answer; some have a temperature, some take none."""
    match model.partition("/")[0]:
        case "openai":
            return {"max_completion_tokens": tokens, "temperature": _WARMTH}
        case "anthropic":
            return {"max_tokens": min(tokens, ANTHROPIC_MOST_TOKENS)}
        case _:
            return {"max_tokens": tokens, "temperature": _WARMTH}


def _tokens(text: str) -> int:
    """About how many tokens a text is: four letters of English each, less in other alphabets."""
    plain = sum(char.isascii() for char in text)
    return math.ceil(plain / 4 + (len(text) - plain) / 1.5)
