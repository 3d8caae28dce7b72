"""Writes a screenplay from a prompt: one arc, its people, its scenes and their shots. Pure."""

from __future__ import annotations

import re

from services.media.local.screenplay.model import BEATS, GenreWords, Language, Plot, Texts, language, shape
from services.media.local.screenplay.people import PARTS, ROLES, Person, people
from services.media.local.screenplay.read import Wish, read
from services.media.local.screenplay.sentence import definite
from services.media.local.screenplay.shots import sequence, shared_out
from services.media.local.screenplay.slug import slug
from services.media.local.story.clean import clean
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import tokens, word_set
from services.media.local.story.library import load
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN, Words, capitalise, fill
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Character, PlayScene, Screenplay
from shared.errors import Invalid

FEWEST_SCENES, MOST_SCENES = 3, BEATS
SCENE_S = 15.0
PLAIN_STYLE = "cinematic"
_BUILDINGS = r"\b(?:mansion|house|manor|asylum|castle|hotel|school|hospital|ship|submarine|cabin|palace|prison|train)\b"


def write(prompt: str, order: ScreenplayOrder, seed: int) -> Screenplay:
    """A screenplay; the same for the same prompt, order and seed.

    Raises `Invalid` for an unknown language, a number of scenes that is not 3 to 12 and a prompt without words.
    """
    table = language(order.language)
    if order.scene_count and not FEWEST_SCENES <= order.scene_count <= MOST_SCENES:
        raise Invalid(f"A screenplay has {FEWEST_SCENES} to {MOST_SCENES} scenes, not {order.scene_count}.")
    if not clean(prompt):
        raise Invalid("The prompt has no words.")
    wish = read(prompt, table)
    dice = Dice("screenplay", prompt, order.language, seed)
    style = order.style.strip() or PLAIN_STYLE
    name, plot, texts = _plot(wish, table, dice)
    cast = people(wish, table, dice)
    words = _words(wish, table, cast, name, dice)
    beats = _beats(order, wish)
    tenths = _lengths(order, beats)
    ids = _ids(plot, beats)
    scenes, sequences = [], []
    for number, (beat, length) in enumerate(zip(beats, tenths, strict=True), 1):
        here = [part for part in plot.cast[beat] if part in ids]
        scene = _scene(number, beat, length, here, ids, wish, table, plot, texts, words, dice)
        scenes.append(scene)
        called = [cast[part].name for part in here]
        sequences.append(sequence(scene, length, plot.moods[beat], called, words["he"], style, table, dice))
    return Screenplay(
        name=slug(wish, prompt), prompt=prompt, language=table.code, style=style, scenes=tuple(scenes),
        characters=tuple(_character(ids[part], cast[part], name, table, words, dice) for part in ids),
        sequences=tuple(sequences),
    )  # fmt: skip


def _plot(wish: Wish, table: Language, dice: Dice) -> tuple[str, Plot, Texts]:
    """The plot that the language has a text for: the wished one, its kin, or the one it has.

    Some plots are told in two ways, "quest" and "quest 2": other stories of the same build.
    """
    plots = shape().plots
    name = next(name for name in (wish.plot, plots[wish.plot].kin, *table.plots) if name in table.plots)
    ways = [text for text in table.plots if text == name or text.startswith(f"{name} ")]
    return name, plots[name], table.plots[dice.pick(ways)]


def _beats(order: ScreenplayOrder, wish: Wish) -> list[int]:
    """Which beats are told, counted from 0: the ones that matter most, in the order of the story."""
    count = order.scene_count or _scene_count(order.duration_s, wish)
    return sorted(number - 1 for number in shape().order[:count])


def _scene_count(duration_s: float, wish: Wish) -> int:
    """Five to eight: more for a longer film, for two genres and for a prompt that names much."""
    if duration_s:
        return max(5, min(8, round(duration_s / SCENE_S)))
    said = wish.sentence
    return 5 + (len(wish.genres) > 1) + bool(said.matter) + bool(said.place)


def _lengths(order: ScreenplayOrder, beats: list[int]) -> list[int]:
    """The scenes' lengths in tenths of a second; together exactly what was ordered."""
    total = round((order.duration_s or SCENE_S * len(beats)) * 10)
    return shared_out(max(total, len(beats)), [shape().weights[beat] for beat in beats])


def _ids(plot: Plot, beats: list[int]) -> dict[str, str]:
    """The parts that are seen, in the order of their first scene, with their ids; at least two of them."""
    seen = list(dict.fromkeys(part for beat in beats for part in plot.cast[beat]))
    seen += [part for part in "ha" if part not in seen]
    return {part: f"char_{number}" for number, part in enumerate(seen, 1)}


def _words(wish: Wish, table: Language, cast: dict[str, Person], plot: str, dice: Dice) -> Words:
    genre = table.genres.get(wish.genres[0])
    pronouns = load("english").grammar.pronouns
    own, other = pronouns[cast["h"].pronoun], pronouns[cast["a"].pronoun]
    things = genre.thing if genre else table.things
    thing = definite(wish.sentence.matter) if plot == "quest" and wish.sentence.matter else dice.pick(things)
    return {
        "quotes": table.quotes, "pronoun": cast["h"].pronoun,
        "hero": cast["h"].name, "ally": cast["a"].name, "foe": cast["f"].name, "elder": cast["e"].name,
        "witness": cast["w"].name, "a_job": cast["h"].job, "ally_job": cast["a"].job, "foe_job": cast["f"].job,
        "elder_job": cast["e"].job, "he": own["he"], "him": own["him"], "his": own["his"], "him_self": own["himself"],
        "a_he": other["he"], "thing": thing, "matter": _matter(wish, table, plot),
        "setting": _setting(wish, genre),
    }  # fmt: skip


def _matter(wish: Wish, table: Language, plot: str) -> str:
    """What the story is about, as a noun phrase; in other languages the prompt's own words in quotes."""
    said = wish.sentence
    if table.code == "en":
        own = said.matter or ("" if said.subject and wish.names else _lifeless(said.subject))
        return definite(own) if own else table.matters.get(plot, next(iter(table.matters.values())))
    topic = said.matter or wish.topic
    return f"{QUOTE_OPEN}{capitalise(topic)}{QUOTE_CLOSE}" if topic else next(iter(table.matters.values()))


def _lifeless(subject: str) -> str:
    """The prompt's subject where it is a thing, not a person."""
    people_known = [entry.words for entry in load("english").roles]
    return "" if any(word in word_set(listing) for word in tokens(subject) for listing in people_known) else subject


def _setting(wish: Wish, genre: GenreWords | None) -> str:
    return definite(wish.sentence.place) if wish.sentence.place else (genre.setting if genre else "")


def _scene(
    number: int, beat: int, tenths: int, here: list[str], ids: dict[str, str], wish: Wish, table: Language,
    plot: Plot, texts: Texts, words: Words, dice: Dice,
) -> PlayScene:  # fmt: skip
    title, description, *actions = (set_right(fill(text, words, dice), table.code) for text in texts[beat])
    return PlayScene(
        id=f"scene_{number}", number=number, title=title, description=description,
        location=_location(plot.at[beat], number, wish, table, words),
        time_of_day=plot.times[beat], duration=tenths / 10, characters=tuple(ids[part] for part in here),
        key_actions=tuple(actions), visual_notes=_notes(plot.moods[beat], wish, table),
    )  # fmt: skip


def set_right(text: str, code: str) -> str:
    """The spaces that French sets inside its quotes and before high marks."""
    if code != "fr":
        return text
    text = re.sub(r"\s*([:;!?»])", "\u202f\\1", text)
    return re.sub(r"«\s*", "«\u202f", text)


def _location(slot: str, number: int, wish: Wish, table: Language, words: Words) -> str:
    genre = table.genres.get(wish.genres[0])
    if genre is None:
        return capitalise(table.places[shape().genres[wish.genres[0]].places[slot]])
    place = genre.places[slot]
    within = re.search(_BUILDINGS, wish.sentence.place.lower())
    near = number == 1 or slot in (("lair", "home") if within else ("public", "height"))
    return f"{place}, {words['setting']}" if wish.sentence.place and near else place


def _notes(mood: str, wish: Wish, table: Language) -> str:
    looks = [words.look for genre in wish.genres if (words := table.genres.get(genre))]
    era = f"{wish.era} period detail" if wish.era and table.code == "en" else ""
    return capitalise("; ".join(filter(None, [table.notes[mood], *looks, era])))


def _character(char_id: str, person: Person, plot: str, table: Language, words: Words, dice: Dice) -> Character:
    role = ROLES.get(person.part, "supporting")
    if role == "antagonist" and plot == "documentary":
        role = "supporting"
    part = PARTS[person.part]
    own = load("english").grammar.pronouns[person.pronoun]
    mine = {**words, "job": person.job, "his": own["his"], "he": own["he"], "him": own["him"], "name": person.name}
    pattern = table.roles.get(f"{part}:{plot}") or table.roles[part]
    return Character(
        id=char_id, name=person.full, role=role,
        description=set_right(capitalise(fill(pattern, mine, dice)), table.code),
        appearance=person.looks, personality=person.temper,
    )  # fmt: skip
