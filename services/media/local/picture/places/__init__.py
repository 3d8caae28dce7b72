"""Where stories happen. `SETTINGS` has every place of the vocabulary."""

from __future__ import annotations

from services.media.local.picture.places import (
    barren,
    cave,
    countryside,
    farmyard,
    halls,
    homes,
    landmarks,
    market,
    shore,
    theatre,
    town,
    water_side,
    wild,
    working,
)
from services.media.local.picture.places.setting import Setting

_PARTS = (
    wild,
    barren,
    countryside,
    farmyard,
    shore,
    water_side,
    town,
    market,
    landmarks,
    homes,
    working,
    halls,
    theatre,
    cave,
)

SETTINGS: dict[str, Setting] = {name: setting for part in _PARTS for name, setting in part.SETTINGS.items()}
