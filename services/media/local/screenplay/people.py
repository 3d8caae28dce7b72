"""Who is in a screenplay: names, jobs, looks and tempers. Pure."""

from __future__ import annotations

import re

import msgspec

from services.media.local.screenplay.model import GenreWords, Language
from services.media.local.screenplay.read import Wish
from services.media.local.screenplay.sentence import bare
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import plurals, tokens, word_set
from services.media.local.story.library import load
from services.media.local.story.names import given_name_pronoun

_WOMEN = word_set("woman widow queen witch grandmother mother daughter girl housekeeper bride princess sister maid")
_MEN = word_set("man king father son boy brother baron fiancé uncle lord grandfather prince")

PARTS = {"h": "hero", "a": "ally", "f": "foe", "e": "elder", "w": "witness"}
ROLES = {"h": "protagonist", "f": "antagonist"}
_TITLES = {
    "detective": "Detective", "inspector": "Inspector", "doctor": "Dr.", "captain": "Captain", "professor": "Professor",
    "sheriff": "Sheriff", "marshal": "Marshal", "queen": "Queen", "king": "King", "princess": "Princess",
}  # fmt: skip


class Person(msgspec.Struct, frozen=True):
    """One of the parts: `name` as sentences call them, `full` as the list of characters does; `job` has its article."""

    part: str
    name: str
    full: str
    pronoun: str
    job: str
    looks: str
    temper: str


def people(wish: Wish, table: Language, dice: Dice) -> dict[str, Person]:
    """All five parts, by their letter, with different names and looks."""
    words = table.genres.get(wish.genres[0])
    small = wish.genres[0] == "children" and bool(table.small_looks)
    looks = dice.sample(table.small_looks if small else table.looks, 5)
    tempers = dice.sample(table.traits, 5)
    jobs = {part: _job(part, wish, words, dice) for part in PARTS}
    given = _names(wish, table, jobs, small, dice)
    made = {}
    for number, part in enumerate(PARTS):
        name, pronoun = given[part]
        dark = part == "f" and table.dark_traits and not small
        made[part] = Person(
            part=part,
            name=_short(name),
            full=_titled(name, jobs[part]) if table.code == "en" and part == "h" else name,
            pronoun=pronoun,
            job=jobs[part],
            looks=looks[number % len(looks)] + (f"; {wish.era} clothes" if wish.era and table.code == "en" else ""),
            temper=dice.pick(table.dark_traits) if dark else tempers[number % len(tempers)],
        )
    return made


def _short(name: str) -> str:
    """What sentences call somebody: the first name, where there is a space after it."""
    return name.split(" ")[0]


def _names(wish: Wish, table: Language, jobs: dict[str, str], small: bool, dice: Dice) -> dict[str, tuple[str, str]]:
    """A name and its pronoun for each part: those of the prompt first, no first name twice, widows are women."""
    own = dict(zip("haf", wish.names, strict=False))
    taken = {_short(name) for name in own.values()}
    taken |= {name.split(" ")[-1] for name in own.values()}
    lasts = [*dice.sample([name for name in table.names.last.split() if name not in taken], 5), "", "", "", "", ""][:5]
    firsts = {"she": table.names.she.split(), "he": table.names.he.split()}
    chosen: dict[str, tuple[str, str]] = {}
    for part, last in zip(PARTS, lasts, strict=True):
        pronoun = _pronoun(jobs[part]) or dice.pick(("she", "he"))
        if part in own:
            chosen[part] = (own[part], given_name_pronoun(_short(own[part])) or pronoun)
            continue
        listing = [name for name in (table.names.small.split() if small else firsts[pronoun]) if name not in taken]
        first = dice.pick(listing)
        taken.add(first)
        chosen[part] = (first if small else f"{first} {last}".strip(), given_name_pronoun(first) or pronoun)
    return chosen


def _pronoun(job: str) -> str:
    """The pronoun that a job's words fix: "she" for a widow, "he" for the man who owns the water."""
    said = set(tokens(job.partition(" who ")[0].partition(" with ")[0]))
    return "she" if said & _WOMEN else "he" if said & _MEN else ""


def _job(part: str, wish: Wish, words: GenreWords | None, dice: Dice) -> str:
    if part == "h" and (own := _own_job(wish)):
        return own
    if words is None:
        return ""
    listings = {"h": words.hero, "a": words.ally, "f": words.foe, "e": (words.elder,), "w": (words.witness,)}
    return dice.pick(listings[part])


def _own_job(wish: Wish) -> str:
    """The prompt's own hero: "a detective", or one of several: "one of the rebels"."""
    subject = wish.sentence.subject
    said = tokens(bare(subject))
    known = [entry.words for entry in load("english").roles]
    role = any(word in word_set(listing) for word in said for listing in known)
    acts = wish.sentence.acts and wish.plot != "documentary" and bool(said)
    several = acts and subject == bare(subject) and said[-1].endswith("s") and not said[-1].endswith("ss")
    acts = acts and (several or re.match(r"an?\s", subject) is not None)
    if not (role or acts) or any(name in subject for name in wish.names):
        return _role_of_name(wish)
    if (
        several
        or said[-1] in {form for listing in known for form in plurals(listing).values()}
        or re.match(r"(two|three|four|five|six|seven)\b", subject.lower())
    ):
        return f"one of the {bare(subject)}"
    return subject if subject != bare(subject) else f"{'an' if subject[:1].lower() in 'aeiou' else 'a'} {subject}"


def _role_of_name(wish: Wish) -> str:
    """The job that stands by the hero's name: "sheriff Ruth Mercer", "Maya Chen, a detective"."""
    if not wish.names:
        return ""
    name = re.escape(wish.names[0])
    after = re.search(rf"{name}, ((?:an?|the) [\w\- ]{{3,40}}?)(?=$|[,.;]| who| in| on)", wish.text)
    before = re.search(rf"\b(\w+) {name}", wish.text)
    known = [entry.words for entry in load("english").roles]
    if after:
        return after[1]
    role = before[1].lower() if before else ""
    return f"the {role}" if role in _TITLES or any(role in word_set(listing) for listing in known) else ""


def _titled(name: str, job: str) -> str:
    title = next((title for word, title in _TITLES.items() if re.search(rf"\b{word}\b", job)), "")
    return f"{title} {name}" if title else name
