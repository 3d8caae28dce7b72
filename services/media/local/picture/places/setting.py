"""What is known about a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.media.local.picture.stage import Stage


@dataclass(frozen=True)
class Setting:
    """`draw` paints the place; `horizon` is a share of the height; `sky` says whether a sky is painted first."""

    draw: Callable[[Stage], None]
    horizon: float = 0.56
    sky: bool = True
    indoors: bool = False
    foreground: Callable[[Stage], None] | None = None
