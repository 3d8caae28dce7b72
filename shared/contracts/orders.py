"""What a user orders of one segment, beyond the task's brief. Durations are ms, times count from the film's start."""

from __future__ import annotations

import msgspec

from shared.contracts.values import Artifact


class PicturesOrder(msgspec.Struct, frozen=True, kw_only=True, tag="pictures"):
    """So many different pictures of the brief's topic."""

    count: int


class ClipsOrder(msgspec.Struct, frozen=True, kw_only=True, tag="clips"):
    """So many clips of the approved pictures, taken in turn; `prompt` says what moves and how."""

    count: int
    prompt: str
    duration_ms: int


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """Text that stands over the film for a while."""

    text: str
    start_ms: int
    duration_ms: int


class CompositionOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="composition"):
    """The approved clips one after the other, with texts over them and sound under them."""

    overlays: tuple[Overlay, ...] = ()
    audio: Artifact | None = None


class ScreenplayOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="screenplay"):
    """A screenplay from the brief's topic. `language` is a code such as "en"; 0 and "" leave it to the writer."""

    language: str = "en"
    scene_count: int = 0
    duration_s: float = 0.0
    style: str = ""


class AdaptationOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="adaptation"):
    """A story's script made from a screenplay that is in the bucket. `pages` is how many it will have; 0: unknown."""

    screenplay: Artifact
    pages: int = 0


Order = PicturesOrder | ClipsOrder | CompositionOrder | ScreenplayOrder | AdaptationOrder


def items_of(order: Order | None) -> int:
    """How many jobs a group that is done per item has."""
    return order.count if isinstance(order, PicturesOrder | ClipsOrder) else 1
