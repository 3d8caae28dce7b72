"""The script of a story, the document behind `script_data.json`: users read and edit it, media draws and speaks it.

Everything that is drawn, spoken and rendered is derived from the script, so the same script gives the same film.
"""

from __future__ import annotations

import msgspec

from shared.contracts.values import AspectRatio, Genre, Language, Style, Voice


class Hero(msgspec.Struct, frozen=True, kw_only=True):
    """The main character as the illustrator sees it, the same in every picture.

    `kind` is one of `services.media.local.picture.HERO_KINDS`; colours are `#rrggbb`. `appearance` says in English
    what the hero looks like, for illustrators that work from words; empty: it follows from kind and colours.
    """

    name: str
    kind: str
    skin: str = "#e8b48c"
    hair: str = "#3a2a20"
    outfit: str = "#a83a4c"
    accent: str = "#f2c14e"
    appearance: str = ""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What one picture shows. The words come from the illustrator's vocabulary, never from the page's text."""

    place: str
    time: str
    weather: str = "clear"
    action: str = "stand"
    mood: str = "calm"
    props: tuple[str, ...] = ()
    companion: str = ""
    hero_visible: bool = True


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One picture and the text that is read over it. `pieces` (sentences to speak) are filled in by Split.

    `picture` says in English what the picture shows, for illustrators that work from words; empty: it follows from
    the scene.
    """

    number: int
    text: str
    scene: Scene
    pieces: tuple[str, ...] = ()
    picture: str = ""


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A whole story, ready to be drawn and spoken."""

    title: str
    description: str
    language: Language
    genre: Genre
    style: Style
    voice: Voice
    aspect_ratio: AspectRatio
    seed: int
    hero: Hero
    pages: tuple[Page, ...]
