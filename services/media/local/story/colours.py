"""What a hero wears: colours that go together, chosen by seed. For animals `skin` is the fur and `hair` its shade."""

from __future__ import annotations

from services.media.local.story.dice import Dice

_SKIN = ("#f2cfb0", "#e8b48c", "#d49a6a", "#b97a4e", "#8d5a3a", "#6b4229")
_HAIR = ("#2a1f1a", "#3a2a20", "#5d3b22", "#8a4f2a", "#c98f3e", "#a33d22")
_GREY = ("#d9d6d0", "#bdb8b0", "#efece6")
_OUTFITS = (
    ("#a83a4c", "#f2c14e"), ("#2f6f8f", "#f0a35e"), ("#3f7d5a", "#f4d58d"), ("#5b4b8a", "#f2b5a7"),
    ("#c8642e", "#2f4858"), ("#26547c", "#ef476f"), ("#7a3e65", "#9bd1c4"), ("#d1495b", "#edae49"),
)  # fmt: skip
_FUR: dict[str, tuple[tuple[str, str], ...]] = {
    "fox": (("#d9682c", "#f6e6d0"), ("#c4541f", "#fbeedd"), ("#e07b39", "#fff2e0")),
    "cat": (("#8a8f98", "#e9e9ec"), ("#d99a4e", "#fbe6c8"), ("#3b3a40", "#e8e4de")),
    "dog": (("#b98552", "#f2dfc4"), ("#8a5a35", "#e6c9a4"), ("#d8b98a", "#fff3dd")),
    "rabbit": (("#b9a58f", "#f4ece1"), ("#e7ddd0", "#ffffff"), ("#8f7a68", "#e6d8c8")),
    "bear": (("#7a4f2f", "#c99b6d"), ("#5f3d26", "#b98a5e"), ("#94653c", "#dcb88a")),
    "bird": (("#3f7fb5", "#f4c95d"), ("#c44536", "#f2e3c6"), ("#4f9d69", "#f3e37c")),
    "owl": (("#8c6a48", "#ead9bd"), ("#6f5a4a", "#e0cfb4"), ("#a98860", "#f6ead2")),
    "dragon": (("#4f8f5b", "#d8e29a"), ("#8a3f5c", "#f0b58a"), ("#3f7f8f", "#c9e4d4")),
    "mouse": (("#9a9088", "#f0d9d2"), ("#b7a596", "#f6e4da"), ("#7d746e", "#e6cfc8")),
    "robot": (("#b8c4cc", "#5e7482"), ("#d7c7a3", "#7d6a45"), ("#9fb8a8", "#4f6b5c")),
    "ghost": (("#eef2f6", "#c9d3de"), ("#e6f0ec", "#bcd0c8"), ("#f3eef6", "#d2c6dc")),
}


def colours(kind: str, dice: Dice) -> dict[str, str]:
    """`skin`, `hair`, `outfit` and `accent` as `#rrggbb`."""
    skin, hair = dice.pick(_FUR[kind]) if kind in _FUR else (dice.pick(_SKIN), dice.pick(_HAIR))
    if kind in ("elder", "wizard"):
        hair = dice.pick(_GREY)
    outfit, accent = dice.pick(_OUTFITS)
    return {"skin": skin, "hair": hair, "outfit": outfit, "accent": accent}
