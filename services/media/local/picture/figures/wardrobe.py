"""What each kind wears, as data. Paints are keys into the hero's colours or fixed `#rrggbb`."""

from __future__ import annotations

from dataclasses import dataclass

from services.media.local.picture.palette import Colour, Paint, mix, rgb, times, turn_hue
from services.media.model import Hero


@dataclass(frozen=True)
class Clothes:
    """`hem` is how far down the legs the top reaches (0 hip, 1 ankle), `flare` how far it stands off."""

    hem: float
    flare: float
    sleeve: float
    top: Paint
    sleeves: Paint
    legs: Paint
    shoes: Paint
    trim: Paint
    collar: str = "none"
    belt: Paint | None = None
    wide: float = 1.0
    boots: bool = False
    cape: Paint | None = None


FUR = {"fox": "#d9702c", "cat": "#8d8794", "dog": "#b9814c", "rabbit": "#cbbfb4", "bear": "#8a5a38", "mouse": "#a8a3ae"}
BELLY = {
    "fox": "#fff3e2",
    "cat": "#f4efee",
    "dog": "#f3e2c6",
    "rabbit": "#fbf4ee",
    "bear": "#d9b48a",
    "mouse": "#e9dfe2",
}


def partner(outfit: Paint) -> Colour:
    """Trousers for a jacket: dark, and cool against a warm outfit or warm against a cool one."""
    r, _, b = rgb(outfit)
    return mix("#38435f" if r >= b else "#5a4638", outfit, 0.12)


def clothes_of(kind: str, hero: Hero) -> Clothes:
    """The clothes of a kind in the hero's colours."""
    out, trim, skin = hero.outfit, hero.accent, hero.skin
    dark = partner(out)
    fur = FUR.get(kind, "#b9814c")
    table = {
        "girl": Clothes(0.50, 0.085, 0.42, out, out, "#f1ead9", times(trim, 0.62), trim, "round", trim),
        "boy": Clothes(0.04, 0.005, 1.0, out, out, dark, trim, trim, "stripe", None),
        "woman": Clothes(0.62, 0.055, 1.0, out, out, "#3b3440", "#5a3a2c", trim, "scarf", times(out, 0.6)),
        "man": Clothes(0.14, 0.01, 1.0, out, out, dark, "#3b2a24", trim, "jacket", None),
        "elder": Clothes(0.22, 0.012, 1.0, out, out, "#6a5a50", "#43342c", trim, "cardigan", None),
        "queen": Clothes(
            0.98, 0.15, 1.0, out, out, skin, times(trim, 0.8), trim, "royal", trim, cape=turn_hue(times(out, 0.7), 20)
        ),
        "king": Clothes(0.90, 0.09, 1.0, out, out, skin, "#4a3024", trim, "ermine", trim, 1.12, cape=times(out, 0.72)),
        "wizard": Clothes(0.98, 0.105, 1.0, out, out, skin, "#4a3024", trim, "stars", trim, 1.15),
        "knight": Clothes(0.34, 0.03, 1.0, out, "#a9b3c1", "#8f9aaa", "#7d8796", trim, "tabard", "#5a4030", 1.1, True),
        "sailor": Clothes(0.02, 0.004, 1.0, out, out, "#f2efe6", "#2f2a30", trim, "sailor", None, 1.3),
        "explorer": Clothes(0.16, 0.02, 1.0, out, out, "#b59a70", "#6a4528", trim, "pockets", "#6a4528", 1.05, True),
    }
    beast = Clothes(0.06, 0.012, 1.0, out, out, fur, fur, trim, "knit", None)
    return table.get(kind, beast)
