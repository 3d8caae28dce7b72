"""Where stories happen. `SETTINGS` has every place of the vocabulary."""

from __future__ import annotations

from services.media.local.picture.places import countryside, halls, homes, landmarks, shore, town, wild
from services.media.local.picture.places.setting import Setting

SETTINGS: dict[str, Setting] = {
    **wild.SETTINGS,
    **countryside.SETTINGS,
    **shore.SETTINGS,
    **town.SETTINGS,
    **landmarks.SETTINGS,
    **homes.SETTINGS,
    **halls.SETTINGS,
}
