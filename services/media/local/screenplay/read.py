"""Reads a prompt: its genres, the plot that it asks for, who is in it, what it is about and where. Pure.

English prompts are taken apart grammatically; of prompts in other languages the genre and the subject are read.
"""

from __future__ import annotations

import re

import msgspec

from services.media.local.screenplay.model import Language, shape
from services.media.local.screenplay.sentence import Sentence, parse
from services.media.local.story.clean import clean, trim
from services.media.local.story.lexicon import tokens, word_set
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.topic import clip

_TITLES = word_set(
    "Detective Doctor Dr Captain Professor Sheriff Inspector Agent Princess Prince King Queen Sergeant Commander "
    "Lady Lord Sir"
)
_ERAS = (
    r"\b(medieval|victorian|edwardian|ancient|renaissance|baroque|prehistoric|feudal|colonial|roaring twenties"
    r"|(?:1[0-9]|20)\d0s)\b"
)
_NAMED = 3
"""What the name of a genre counts, against 1 for any of its words."""

_FILM = word_set(
    "a an the film movie story screenplay script short feature series video project tale epic dark gritty new"
)
_KINDS = word_set(
    "documentary sci-fi scifi science-fiction cyberpunk western fantasy horror romance romantic rom-com romcom comedy "
    "drama dramatic historical mystery thriller suspense adventure action gothic noir satire parody children "
    "kids"
)


class Wish(msgspec.Struct, frozen=True):
    """What a prompt asks for; empty where it says nothing. `genres` is never empty, the first one leads."""

    genres: tuple[str, ...]
    plot: str
    sentence: Sentence
    names: tuple[str, ...]
    era: str
    topic: str
    text: str


def read(prompt: str, table: Language) -> Wish:
    """The wish behind any prompt."""
    text = clean(prompt)
    said = _with_parts(tokens(text))
    genres = _genres(said, text, table)
    return Wish(
        genres=genres,
        plot=_plot(said, genres),
        sentence=_sentence(text) if table.code == "en" or _is_english(said) else Sentence(),
        names=_names(text),
        era=(found[0].lower() if (found := re.search(_ERAS, text, re.IGNORECASE)) else ""),
        topic=_topic(text, table),
        text=text,
    )


def _sentence(text: str) -> Sentence:
    """The prompt's parts; "a mystery thriller" says what kind of film it is, not what it is about."""
    said = parse(text)
    if all(word in _KINDS | _FILM for word in tokens(said.subject)):
        return msgspec.structs.replace(said, subject="")
    return said


def _with_parts(said: list[str]) -> list[str]:
    """The words, and the parts of those that have hyphens."""
    return said + [part for word in said if "-" in word for part in word.split("-")]


def _genres(said: list[str], text: str, table: Language) -> tuple[str, ...]:
    """The genres with the most words in the prompt, at most two; a drama when there are none."""
    low = text.lower()
    scores = {}
    for name, genre in shape().genres.items():
        own = sum(_NAMED if word in _KINDS else 1 for word in said if word in word_set(genre.words))
        foreign = sum(stem in low for stem in table.stems.get(name, "").split())
        named = _NAMED if re.search(rf"\b{re.escape(name)}\b", low) else 0
        scores[name] = own + foreign + named
    ranked = sorted((name for name in scores if scores[name]), key=lambda name: -scores[name])
    return (*ranked[:1], *(name for name in ranked[1:2] if scores[name] >= _NAMED)) or ("drama",)


def _plot(said: list[str], genres: tuple[str, ...]) -> str:
    plots = shape().plots
    if set(genres) == {"comedy", "romance"}:
        return "love"
    home = shape().genres[genres[0]].plot
    scores = {name: sum(word in word_set(plot.words) for word in said) * 2 for name, plot in plots.items()}
    scores[home] += 1
    return max(scores, key=lambda name: scores[name])


def _is_english(said: list[str]) -> bool:
    return len({"the", "a", "an", "of", "about", "who", "and", "in", "with"} & set(said)) > 1


def _names(text: str) -> tuple[str, ...]:
    """People whom the prompt names, in order: "Maya Chen", "Detective Ada"."""
    found = []
    for match in re.finditer(r"\b[^\W\d_a-z][\w’\-]*(?: [^\W\d_a-z][\w’\-]*){0,2}", text):
        words = [word for word in match[0].split(" ") if word not in _TITLES]
        called = re.search(r"\b(?:named|called|nommée?|llamad[oa]|namens)\s*$", text[: match.start()])
        if words and (called or given_name_pronoun(words[0])):
            found.append(" ".join(words).removesuffix("’s"))
    return tuple(dict.fromkeys(found))[:3]


def _topic(text: str, table: Language) -> str:
    """What the prompt is about, short enough for a sentence."""
    words = "|".join(re.escape(word) for word in (table.about + " about").split())
    found = re.search(rf"(?:^|\W)(?:{words})\W+(.+)", text, re.IGNORECASE) if words else None
    return clip(trim(found[1] if found else text), 7, 48)
