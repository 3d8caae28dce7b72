"""Just enough of PromQL to say which metrics and labels an expression names. Whether it parses is promtool's word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'[^']*')|(?P<word>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?P<number>\d[\w.]*)|(?P<sign>=~|!~|!=|==|>=|<=|.)""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {"by", "on", "without", "ignoring", "group_left", "group_right", "and", "or", "unless", "offset", "bool"}
_BEFORE_LABELS = {"by", "on", "without", "ignoring", "group_left", "group_right"}


class Matcher(NamedTuple):
    label: str
    sign: str
    value: str


class Selector(NamedTuple):
    """`name{matchers}`."""

    name: str
    matchers: tuple[Matcher, ...]


def selectors(expr: str) -> list[Selector]:
    """All metrics that are asked for."""
    return [found for found in _parts(expr) if isinstance(found, Selector)]


def grouped(expr: str) -> set[str]:
    """All labels that are grouped by or matched on."""
    return {found for found in _parts(expr) if isinstance(found, str)}


def _parts(expr: str) -> Iterator[Selector | str]:
    tokens = [(m.lastgroup, m.group()) for m in _TOKEN.finditer(expr) if not m.group().isspace()]
    at = 0
    while at < len(tokens):
        kind, token = tokens[at]
        following = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        at += 1
        if kind != "word":
            continue
        if token in _BEFORE_LABELS and following == "(":
            end = _index(tokens, ")", at)
            yield from (word for sort, word in tokens[at:end] if sort == "word")
            at = end
        elif token in _WORDS or following == "(" or following in _BEFORE_LABELS:
            continue
        else:
            end = _index(tokens, "}", at) if following == "{" else at
            yield Selector(token, tuple(_matchers(tokens[at + 1 : end])) if following == "{" else ())
            at = end


def _index(tokens: list[tuple[str | None, str]], sign: str, start: int) -> int:
    return next(n for n in range(start, len(tokens)) if tokens[n][1] == sign)


def _matchers(tokens: list[tuple[str | None, str]]) -> Iterator[Matcher]:
    for n in range(0, len(tokens) - 2, 4):
        yield Matcher(tokens[n][1], tokens[n + 1][1], tokens[n + 2][1].strip("\"'"))
