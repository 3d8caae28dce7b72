"""Things of a story. `THINGS` says for each how big it is, where it belongs and how it is drawn."""

from __future__ import annotations

from services.media.local.picture.props import handy, large, papers, small, standing
from services.media.local.picture.props.thing import Thing

THINGS: dict[str, Thing] = {**handy.THINGS, **papers.THINGS, **small.THINGS, **standing.THINGS, **large.THINGS}
