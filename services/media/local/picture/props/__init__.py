"""Things of a story. `THINGS` says for each how big it is, where it belongs and how it is drawn."""

from __future__ import annotations

from services.media.local.picture.props import craft, goods, handy, large, papers, small, standing
from services.media.local.picture.props.thing import Thing

_PARTS = (handy, papers, small, standing, large, goods, craft)

THINGS: dict[str, Thing] = {name: thing for part in _PARTS for name, thing in part.THINGS.items()}
