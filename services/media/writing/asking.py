"""Asking a language model: a prompt from a file, an answer that is checked, one chance to mend it.

Prompts are files, so that they can be read and reviewed as prose. `<<name>>` is a place to fill in; what a user wrote
is put between the lines that the prompt draws around it, as one line that cannot draw such lines itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Protocol, TypeVar

from services.media.prompting.plain import one_line
from services.media.writing.answers import Unusable
from shared.errors import Invalid

T = TypeVar("T")

UNUSABLE = "No usable text came of it. Please try again, or in other words."
_PLACE = re.compile(r"<<([a-z_]+)>>")
_LINE = re.compile(r"[-\u2010-\u2015=_*#`~]{3,}")
_LONGEST_MATERIAL_CHARS = 4_000
_LONGEST_ANSWER_CHARS = 30_000
_NOTHING = "(nothing said: choose)"


class Ask(Protocol):
    """Asks the model. `step` names the question within its job."""

    async def __call__(self, step: str, question: str) -> str:
        """The model's words."""
        ...


def prompt(name: str, **values: str) -> str:
    """The prompt `prompts/<name>.md` with every place filled in. A value is never searched for places."""
    text = resources.files(__package__).joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
    return _PLACE.sub(lambda found: values[found[1]], text).strip()


def material(text: str) -> str:
    """What a user wrote, as one line of visible characters without anything that looks like a line around it."""
    return _LINE.sub("-", one_line(text, _LONGEST_MATERIAL_CHARS)) or _NOTHING


async def answered(ask: Ask, question: str, read: Callable[[str, bool], T], rounds: int = 1) -> T:
    """What `read` makes of the model's answer, or of its second one; raises `Invalid` if neither is of use.

    `read` is told whether it is the last chance. `rounds` above 1 begin anew after that: an answer that was bought
    stays what it is, so whoever wants another try has to ask another question.
    """
    for turn in range(1, rounds + 1):
        mark = f"-{turn}" if turn > 1 else ""
        answer = await ask(f"write{mark}", question)
        try:
            return read(answer, False)
        except Unusable as faults:
            told = prompt("repair", faults=str(faults), answer=answer[:_LONGEST_ANSWER_CHARS], question=question)
        try:
            return read(await ask(f"repair{mark}", told), True)
        except Unusable:
            continue
    raise Invalid(UNUSABLE)
