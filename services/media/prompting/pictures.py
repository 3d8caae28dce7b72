"""What the painter of one page is told. The same hero stands in every prompt, in the same words. Pure."""

from __future__ import annotations

from services.media.local.picture import vocabulary as known
from services.media.local.picture.layout import page_of, plain_scene
from services.media.model import Hero, Page, Scene, Script
from services.media.prompting import words
from services.media.prompting.colours import colour_name, skin_name
from services.media.prompting.plain import one_line

LONGEST_PICTURE_CHARS = 500
LONGEST_LOOK_CHARS = 400
CLEAN = "No text, no letters, no captions, no watermark, no frame"
QUIET = "the lowest quarter of the picture calm and uncluttered"
_PEOPLE = frozenset(known.PEOPLE)
_FURLESS = frozenset({"robot", "ghost", "dragon"})


def picture_prompt(script: Script, page: int, variant: int = 0) -> str:
    """The prompt for a page's picture. Raises `NotFound` when the script has no such page.

    Every `variant` is taken from another point of view.
    """
    shown = page_of(script, page)
    view = words.VIEWS[variant % len(words.VIEWS)]
    composition = ", ".join(filter(None, (view, words.FRAMING[script.aspect_ratio], QUIET)))
    sentences = (words.STYLES[script.style], _what(shown, script.hero), composition, CLEAN)
    return " ".join(f"{_upper(sentence)}." for sentence in sentences)


def picture_seed(script: Script, page: int, variant: int = 0) -> int:
    """The seed of a page's picture, 0 to 2^31 - 1: another one for every page and variant."""
    return (script.seed * 1_000_003 + page * 7_919 + variant * 15_485_863) % 2**31


def hero_description(hero: Hero) -> str:
    """What the hero looks like: as the author wrote it, or as the illustrator's colours make it."""
    if hero.appearance.strip():
        return hero.appearance
    kind = known.known(hero.kind, known.HERO_KINDS, "girl")
    outfit, accent = colour_name(hero.outfit), colour_name(hero.accent)
    if kind in _PEOPLE:
        return f"{words.KINDS[kind]} with {_face(hero)}, wearing {_a(outfit)} {words.WORN[kind]} with {accent} details"
    skin, shade = colour_name(hero.skin), colour_name(hero.hair)
    if kind in _FURLESS:
        return f"{words.KINDS[kind]}, {skin} with {shade} parts, wearing {_a(outfit)} scarf with {accent} details"
    covered = "feathers" if kind in ("bird", "owl") else "fur"
    return f"{words.KINDS[kind]} with {skin} {covered} and {shade} markings, wearing {_a(outfit)} and {accent} scarf"


def _what(page: Page, hero: Hero) -> str:
    """What the page shows: the author's words, or the scene's; and what the hero looks like, if it is there."""
    look = one_line(hero_description(hero), LONGEST_LOOK_CHARS).rstrip(".")
    told = one_line(page.picture, LONGEST_PICTURE_CHARS).rstrip(".")
    if not told:
        return scene_description(page.scene, look)
    return f"{told}. The main character, the same in every picture: {look}" if page.scene.hero_visible else told


def scene_description(scene: Scene, look: str) -> str:
    """A scene as a sentence: who does what, where, when, with what, and how it feels."""
    plain = plain_scene(scene)
    indoors = plain.place in known.INDOORS
    parts = [_subject(plain, look), words.PLACES[plain.place]]
    if plain.place != "space":
        parts.append((words.INDOOR_TIMES if indoors else words.TIMES)[plain.time])
        parts.append("" if indoors else words.WEATHERS.get(plain.weather, ""))
    return ", ".join(filter(None, (*parts, words.MOODS[plain.mood])))


def _subject(scene: Scene, look: str) -> str:
    things = _and([_a(prop) for prop in scene.props])
    if not scene.hero_visible:
        other = words.KINDS.get(scene.companion, "")
        return _and(list(filter(None, (other, things)))) or "a view without people"
    beside = f" together with {words.KINDS[scene.companion]}" if scene.companion else ""
    return f"{look}, {words.ACTIONS[scene.action]}{beside}" + (f", {things} nearby" if things else "")


def _face(hero: Hero) -> str:
    return f"{skin_name(hero.skin)} skin and {colour_name(hero.hair)} hair"


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _and(nouns: list[str]) -> str:
    return nouns[0] if len(nouns) == 1 else f"{', '.join(nouns[:-1])} and {nouns[-1]}" if nouns else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
