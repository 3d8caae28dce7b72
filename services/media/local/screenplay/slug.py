"""A project's name: short, lower case, fit for a web address and never a path. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from services.media.local.screenplay.read import Wish
from services.media.local.screenplay.sentence import bare
from services.media.local.story.lexicon import word_set

MAX_CHARS = 60
_SMALL = word_set("a an the in on at to for and or with by from is are be who that which their his her its this")
_SINGLE = str.maketrans(
    "абвгдезийклмнопрстуфхыэіґєёøłđıαβγδεζηικλμνξοπρςστυφω", "abvgdeziiklmnoprstufhyeigeeoldiavgdeziiklmnxoprsstyfo"
)
_SEVERAL = {
    "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": "", "θ": "th",
    "χ": "ch", "ψ": "ps", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th",
}  # fmt: skip


def slug(wish: Wish, prompt: str) -> str:
    """ "ai-crimes-detective" of a detective who investigates AI crimes; never empty, a-z, 0-9 and hyphens."""
    said = wish.sentence
    parts = [*words_of(bare(said.matter))[-3:], *words_of(bare(said.subject))[-2 if said.matter else -4 :]]
    if not said.subject or not parts:
        parts = words_of(wish.topic)[:5]
        if said.place:
            parts = [*words_of(bare(said.place))[-3:], *words_of(wish.genres[0])]
    name = "-".join(dict.fromkeys(parts)).removeprefix("of-").removesuffix("-of")
    if len(re.sub(r"\d|-", "", name)) < 3:
        mark = hashlib.sha256(prompt.encode("utf-8", "backslashreplace")).hexdigest()[:6]
        name = f"{wish.genres[0]}-story-{mark}"
    return name[:MAX_CHARS].strip("-")


def words_of(text: str) -> list[str]:
    """The words of a text in any script that say something, in a-z and 0-9."""
    low = unicodedata.normalize("NFD", text.lower().replace("’", ""))
    bare_letters = "".join(char for char in low if not unicodedata.combining(char)).translate(_SINGLE)
    latin = "".join(_SEVERAL.get(char, char) for char in bare_letters)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _SMALL]
