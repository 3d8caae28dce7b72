"""Takes an English prompt apart: "a detective investigating AI crimes in a cyberpunk city". Pure."""

from __future__ import annotations

import re

import msgspec

from services.media.local.story.clean import trim
from services.media.local.story.lexicon import word_set

_OPENER = re.compile(r"^.{0,80}?\b(?:about|featuring|following|starring|in which|where|of)\s+(?=\S)", re.IGNORECASE)
_BARE_OPENER = re.compile(
    r"^(?:please\s+)?(?:create|write|make|generate|produce|develop|draft|give me|tell me|i want|i’d like)\b\s*",
    re.IGNORECASE,
)
_KIND = (
    r"(?:an?\s+|the\s+)?(?:[\w\-’]+\s+){0,4}?"
    r"(?:story|film|movie|screenplay|script|project|video|short|series|episode|tale)\b\s*"
)
_PLACE = re.compile(
    r"\b(?:set\s+)?(?:in|on|at|aboard|inside|under|beneath|across|near)\s+"
    r"((?:(?:an?|the|ancient|modern|rural|medieval|feudal|victorian|future|war-torn|old|deep)\s+[\w\-’ ]{2,44}?)"
    r"|(?:[A-Z][\w\-’]+(?:\s+[A-Z][\w\-’]+)?)|space)"
    r"(?=$|[,.;:]|\s+(?:who|that|where|when|while|and|with|to|by|before|after|during|set|in|must|about|trying)\b)"
)
_NOT_PLACES = ("love", "the end", "a race", "the dark", "the process", "a way")
_VERB = re.compile(
    r"\b(?:(?:must|has to|have to|try to|tries to|trying to|wants to|needs to|learns to|decides to) (\w{3,})"
    r"|(\w{3,}ing)"
    r"|((?:investigat|sav|solv|explor|surviv|escap|chas|inherit|rais|battl|protect|defend|discover|search|hunt|travel|compet|"
    r"adopt|befriend|uncover|help|build|open|steal|rescu|defeat|destroy|expos|prov|repair|pretend|becom|join|visit|return|"
    r"writ|mak|tak|los|win|bak|teach|deliver|stop|follow|invent|creat|run|find|fall|fight|meet|lead|fac|learn|catch)(?:e?s)"
    r"|tries|carries|marries|find|fall|fight|meet|save|solve|sail|cross|travel|search|discover|explore|build|learn|open|survive|try|become|run|escape))\b\s*"
)
_NOT_VERBS = word_set(
    "king ring wedding evening morning spring string wing thing building painting nothing something sibling being "
    "darling duckling viking earring ceiling clothing ping"
)
_OBJECT_END = re.compile(
    r"[,.;:]|\s(?:in|on|at|and|who|that|to|with|before|after|while|during|set|from|by|as|when|where|across|inside|against)\b"
)
_SUBJECT_END = re.compile(r"\s(?:who|that|which|must|with|set|in|on|at|from|during|and (?:his|her|their))\b|[,.;:]")
_LEADING = re.compile(r"^(?:for|against|with|about|after|into|through|out|their|his|her|its|that|of)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the|some|this|that|these|his|her|their|its|one|two|three)\s+", re.IGNORECASE)


class Sentence(msgspec.Struct, frozen=True):
    """Noun phrases as they stand in the prompt: who or what it is about, what they deal with, and where."""

    subject: str = ""
    matter: str = ""
    place: str = ""
    acts: bool = False
    """Whether the subject does something: then it is somebody."""


def parse(text: str) -> Sentence:
    """The parts of a prompt; empty where it has none."""
    place, rest = _place(text)
    core = _core(rest)
    found = next((m for m in _VERB.finditer(core) if m.start() and (m[2] or "").lower() not in _NOT_VERBS), None)
    head = core[: found.start()] if found else core
    subject = _phrase(_SUBJECT_END.split(head)[0])
    who = re.search(r"\bwho\b", core) is not None
    if found is None:
        return Sentence(subject=subject, place=place, acts=who)
    matter = _phrase(_LEADING.sub("", _OBJECT_END.split(core[found.end() :])[0]))
    return Sentence(subject=subject, matter="" if _is_small(matter) else matter, place=place, acts=True)


def definite(phrase: str) -> str:
    """ "an empire" becomes "the empire"; names and plurals stay as they are."""
    bare = _ARTICLE.sub("", phrase)
    return f"the {bare}" if bare != phrase else phrase


def bare(phrase: str) -> str:
    """A phrase without its article."""
    return _ARTICLE.sub("", phrase)


def _place(text: str) -> tuple[str, str]:
    matches = [m for m in _PLACE.finditer(text) if m[1].lower() not in _NOT_PLACES]
    if not matches:
        return "", text
    best = next((m for m in matches if m[0].lower().startswith("set")), matches[-1])
    return trim(best[1]), trim(f"{text[: best.start()]} {text[best.end() :]}")


def _core(text: str) -> str:
    about = _OPENER.match(text)
    if about and about.end() < len(text):
        return trim(text[about.end() :])
    without = _BARE_OPENER.sub("", text)
    return trim(re.sub(rf"^{_KIND}", "", without, flags=re.IGNORECASE)) if without != text else text


def _phrase(text: str) -> str:
    words = trim(text).split(" ")
    return trim(" ".join(words[:6])) if words != [""] else ""


def _is_small(phrase: str) -> bool:
    return (
        len(phrase) < 3
        or phrase.lower().startswith(("to ", "how ", "what "))
        or phrase.lower() in ("love", "it", "them", "him", "her", "himself", "herself", "in love", "together")
    )
