"""Scripts for the illustrator's tests."""

from services.media.model import Hero, Page, Scene, Script
from shared.contracts.values import AspectRatio, Style

HERO = Hero(name="Ada", kind="girl", outfit="#c0262d", accent="#f2c14e")


def story(
    *scenes: Scene, style: Style = "pixar-art", aspect: AspectRatio = "16:9", hero: Hero = HERO, seed: int = 7,
    text: str = "Once upon a time.",
) -> Script:  # fmt: skip
    pages = tuple(Page(number=k + 1, text=text, scene=scene) for k, scene in enumerate(scenes))
    return Script(
        title=text, description=text, language="english", genre="fun facts", style=style, voice="nova",
        aspect_ratio=aspect, seed=seed, hero=hero, pages=pages,
    )  # fmt: skip
