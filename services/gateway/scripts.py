"""Checking a script that a user sends back edited. Pure; errors name the faulty place as `$.pages[2].text`."""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from services.gateway.errors import Unprocessable
from services.gateway.text import clean, says_something
from shared.contracts.script import Hero, Page, Scene, Script
from shared.contracts.workflow import Segment

MOST_PAGES = 40
MOST_PIECES = 40
LONGEST_PAGE_CHARS = 2_000
LONGEST_LINE_CHARS = 500
LONGEST_WORD_CHARS = 64
MOST_PROPS = 12
LARGEST_SEED = 2**63 - 1
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_UNSPACED = ("chinese", "japanese")
_DECODER = msgspec.json.Decoder(Script)


def wants_pieces(segment: Segment) -> bool:
    """Whether a segment's script has its pages cut into pieces already."""
    return any(group.kind == "split_text" for wave in segment.waves for group in wave)


def checked(body: bytes, pieces: bool) -> Script:
    """The script in a document, cleaned.

    With `pieces` every page must have them and its text becomes what they say together; without, they are dropped.
    Raises `Unprocessable`.
    """
    try:
        script = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unprocessable(f"Not a script: {error}") from error
    if not 1 <= len(script.pages) <= MOST_PAGES:
        raise Unprocessable(f"A script has 1 to {MOST_PAGES} pages - at `$.pages`")
    if not 0 <= script.seed <= LARGEST_SEED:
        raise Unprocessable("Expected a number that is not negative - at `$.seed`")
    joiner = "" if script.language in _UNSPACED else " "
    return replace(
        script,
        title=_text(script.title, "$.title", LONGEST_LINE_CHARS),
        description=_text(script.description, "$.description", LONGEST_PAGE_CHARS, empty=True),
        hero=_hero(script.hero),
        pages=tuple(_page(page, number, joiner if pieces else None) for number, page in enumerate(script.pages, 1)),
    )


def _page(page: Page, number: int, joiner: str | None) -> Page:
    at = f"$.pages[{number - 1}]"
    if page.number != number:
        raise Unprocessable(f"Pages count from 1 without a gap: expected {number} - at `{at}.number`")
    scene = _scene(page.scene, f"{at}.scene")
    picture = _text(page.picture, f"{at}.picture", LONGEST_PAGE_CHARS, empty=True)
    if joiner is None:
        text = _text(page.text, f"{at}.text", LONGEST_PAGE_CHARS)
        return Page(number=number, text=text, scene=scene, picture=picture)
    if not 1 <= len(page.pieces) <= MOST_PIECES:
        raise Unprocessable(f"A page has 1 to {MOST_PIECES} pieces - at `{at}.pieces`")
    pieces = tuple(_text(one, f"{at}.pieces[{i}]", LONGEST_LINE_CHARS) for i, one in enumerate(page.pieces))
    text = _text(joiner.join(pieces), f"{at}.pieces", LONGEST_PAGE_CHARS)
    return Page(number=number, text=text, scene=scene, pieces=pieces, picture=picture)


def _hero(hero: Hero) -> Hero:
    for name in ("skin", "hair", "outfit", "accent"):
        if not _COLOUR.fullmatch(getattr(hero, name)):
            raise Unprocessable(f"Expected a colour such as #f2c14e - at `$.hero.{name}`")
    name = _text(hero.name, "$.hero.name", LONGEST_LINE_CHARS, empty=True)
    kind = _text(hero.kind, "$.hero.kind", LONGEST_WORD_CHARS)
    appearance = _text(hero.appearance, "$.hero.appearance", LONGEST_PAGE_CHARS, empty=True)
    return replace(hero, name=name, kind=kind, appearance=appearance)


def _scene(scene: Scene, at: str) -> Scene:
    if len(scene.props) > MOST_PROPS:
        raise Unprocessable(f"A scene has at most {MOST_PROPS} props - at `{at}.props`")
    words = {
        name: _text(getattr(scene, name), f"{at}.{name}", LONGEST_WORD_CHARS, empty=name == "companion")
        for name in ("place", "time", "weather", "action", "mood", "companion")
    }
    props = tuple(_text(one, f"{at}.props[{i}]", LONGEST_WORD_CHARS) for i, one in enumerate(scene.props))
    return replace(scene, props=props, **words)


def _text(text: str, at: str, longest: int, empty: bool = False) -> str:
    cleaned = clean(text)
    if len(cleaned) > longest or (not empty and not says_something(cleaned)):
        raise Unprocessable(f"Expected {0 if empty else 1} to {longest} characters of text - at `{at}`")
    return cleaned
