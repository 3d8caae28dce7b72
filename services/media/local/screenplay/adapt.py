"""Makes a story's script of a screenplay: one page a scene. Pure.

What users changed in a project counts: the picture is read from the words as they are now.
"""

from __future__ import annotations

import re

from services.media.local.picture import PLACES
from services.media.local.screenplay.model import Language, language, shape
from services.media.local.session.prompt import read_prompt
from services.media.local.story.clean import clean
from services.media.local.story.colours import colours
from services.media.local.story.dice import Dice
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.template import capitalise
from services.media.model import Hero, Page, Scene, Script
from shared.contracts.screenplay import Character, PlayScene, Screenplay
from shared.contracts.values import Brief
from shared.errors import Invalid

_TIMES = {
    "dawn": "dawn", "morning": "day", "day": "day", "afternoon": "day", "dusk": "sunset", "evening": "sunset",
    "night": "night",
}  # fmt: skip
_LONGEST_LOOK_CHARS = 400
_ENDS = ".!?…。！？”’»」।"


def adapt(screenplay: Screenplay, brief: Brief) -> Script:
    """The script in the brief's language, genre, style, voice and shape. Raises `Invalid` for a play without scenes."""
    if not screenplay.scenes:
        raise Invalid("The screenplay has no scenes.")
    dice = Dice("adaptation", screenplay.name, brief.seed)
    people = {one.id: one for one in screenplay.characters}
    lead = next((one for one in screenplay.characters if one.role == "protagonist"), None)
    hero = _hero(lead, screenplay.language, dice)
    pages = tuple(
        Page(
            number=number,
            text=_text(scene, people, screenplay.language),
            scene=_scene(scene, lead, people, screenplay.language, dice),
            picture=_picture(scene, lead, screenplay.language),
        )
        for number, scene in enumerate(screenplay.scenes, 1)
    )
    return Script(
        title=_title(brief, screenplay), description=clean(screenplay.prompt)[:300], language=brief.language,
        genre=brief.genre, style=brief.style, voice=brief.voice, aspect_ratio=brief.aspect_ratio, seed=brief.seed,
        hero=hero, pages=pages,
    )  # fmt: skip


def _title(brief: Brief, screenplay: Screenplay) -> str:
    return capitalise(clean(brief.topic)[:80] or screenplay.name.replace("-", " "))


def _hero(lead: Character | None, code: str, dice: Dice) -> Hero:
    if lead is None:
        return Hero(name="", kind="woman", **colours("woman", dice))
    kind, seen = _kind(lead, dice), clean(lead.appearance) if _is_english(code) else ""
    appearance = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}: {seen}"[:_LONGEST_LOOK_CHARS] if seen else ""
    return Hero(name=lead.name, kind=kind, appearance=appearance, **colours(kind, dice))


def _picture(scene: PlayScene, lead: Character | None, code: str) -> str:
    """What the picture shows, from all that the scene says of it; painters understand English only."""
    if not _is_english(code):
        return ""
    parts = (scene.description, scene.location, scene.time_of_day, scene.visual_notes)
    told = ", ".join(filter(None, (clean(part).rstrip(".") for part in parts)))
    for name in filter(None, (lead.name, _called(lead.name)) if lead else ()):  # a name means nothing to a painter
        told = re.sub(rf"\b{re.escape(name)}\b", "the main character", told)
    return told[:_LONGEST_LOOK_CHARS]


def _is_english(code: str) -> bool:
    return code.strip().lower().partition("-")[0] == "en"


def _kind(person: Character, dice: Dice) -> str:
    """What a character is to the illustrator: as described, else a man or a woman by the name."""
    idea = read_prompt(f"{person.description} {person.appearance}", dice)
    pronouns = filter(None, map(given_name_pronoun, person.name.split(" ")))
    adult = "woman" if next(pronouns, idea.pronoun or "she") == "she" else "man"
    return adult if idea.hero in ("", "man", "woman") else idea.hero


def _text(scene: PlayScene, people: dict[str, Character], code: str) -> str:
    """What is told: the description, and what its first character does."""
    description = " ".join(scene.description.split())
    if description and description[-1] not in _ENDS:
        description += "."
    return " ".join(filter(None, [description, _deeds(scene, people, code)])) or scene.title


def _deeds(scene: PlayScene, people: dict[str, Character], code: str) -> str:
    """ "Maya kneels beside the evidence and questions Ruth." What fits no sentence is left to the picture."""
    who = next((people[one].name for one in scene.characters if one in people), "")
    deeds = [" ".join(action.split()).rstrip(".") for action in scene.key_actions if action.strip()]
    if not who or not deeds or (code == "en" and not all(deed.split(" ")[0].endswith("s") for deed in deeds)):
        return ""
    joiner = _table(code).joiner
    if code in ("zh", "ja"):
        return f"{_called(who)}{'は' if code == 'ja' else ''}{joiner.join(deeds)}。"
    listed = deeds[0] if len(deeds) == 1 else f"{', '.join(deeds[:-1])} {joiner} {deeds[-1]}"
    return f"{_called(who)} {listed}{'।' if code == 'hi' else '.'}"


def _called(name: str) -> str:
    """A name as sentences use it: without a title, and the first name only."""
    words = [word for word in name.split(" ") if not word.endswith(".")]
    known = next((word for word in words if given_name_pronoun(word)), "")
    return known or (words[0] if words else name)


def _table(code: str) -> Language:
    """The language's table; English for a code that is none, since projects may hold what users typed."""
    try:
        return language(code)
    except Invalid:
        return language("en")


def _scene(scene: PlayScene, lead: Character | None, people: dict[str, Character], code: str, dice: Dice) -> Scene:
    told = read_prompt(f"{' '.join(scene.key_actions)} {scene.description}", dice)
    noted = read_prompt(scene.visual_notes, dice)
    others = [people[one] for one in scene.characters if one in people and (lead is None or one != lead.id)]
    return Scene(
        place=_place(scene, code, dice),
        time=_TIMES.get(scene.time_of_day.strip().lower(), "day"),
        weather=noted.weather or told.weather or "clear",
        action=told.action or "stand",
        mood=noted.mood or told.mood or _mood(scene),
        props=told.things[:2],
        companion=_kind(others[0], dice) if others else "",
        hero_visible=lead is None or lead.id in scene.characters or not scene.characters,
    )


def _place(scene: PlayScene, code: str, dice: Dice) -> str:
    """The illustrator's place for a location: by our own tables first, then by the words in it."""
    known = _known_places(_table(code))
    plain = scene.location.split(",")[0].strip().lower()
    if plain in known:
        return known[plain]
    place = read_prompt(scene.location, dice).places[0]
    return place if place in PLACES else "street"


def _known_places(table: Language) -> dict[str, str]:
    """The locations that the writer gives, in lower case, and what they are to the illustrator."""
    genres = shape().genres
    own = {
        words.places[slot].lower(): genres[genre].places[slot]
        for genre, words in table.genres.items()
        for slot in words.places
    }
    return own | {name.lower(): place for place, name in table.places.items()}


def _mood(scene: PlayScene) -> str:
    return "tense" if scene.time_of_day == "night" else "calm"
