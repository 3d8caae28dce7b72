"""A translation holds words only; what its pages show is borrowed from the first pack, by the names of the plots.

Pictures are the same in every language, so they stand once, in `english.json`. Pure: documents in, documents out.
"""

from __future__ import annotations

from typing import Any

from shared.errors import Invalid

Document = dict[str, Any]


def with_pictures(words: Document, first: Document) -> Document:
    """The whole pack of a translation. Raises `Invalid` naming a plot, fact or scene that the first pack has not."""
    return {
        **words,
        "scenes": {key: {**_of(first["scenes"], key, "scenes"), "text": text} for key, text in words["scenes"].items()},
        "themes": [_theme(theme, first) for theme in words["themes"]],
        "genres": {
            name: _genre(genre, _of(first["genres"], name, "genres")) for name, genre in words["genres"].items()
        },
    }


def _theme(theme: Document, first: Document) -> Document:
    whole = _of({one["name"]: one for one in first["themes"]}, theme["name"], "themes")
    return {**whole, **theme}


def _genre(genre: Document, first: Document) -> Document:
    whole = {"grown_up": first["grown_up"]} if "grown_up" in first else {}
    for field, merge in (("plots", _plot), ("frames", _frame), ("fact_themes", _facts)):
        lenders = {one["name"]: one for one in first.get(field, ())}
        whole[field] = [merge(one, _of(lenders, name, field)) for name, one in genre.get(field, {}).items()]
    return whole


def _plot(plot: Document, first: Document) -> Document:
    beats = _paired(first["name"], plot["beats"], first["beats"])
    return {**first, "vary": {}, **plot, "beats": [{**beat, "wordings": told} for told, beat in beats]}


def _frame(frame: Document, first: Document) -> Document:
    opening = {**first["opening"], "wordings": frame["opening"]}
    return {**first, **frame, "opening": opening, "closing": {**first["closing"], "wordings": frame["closing"]}}


def _facts(theme: Document, first: Document) -> Document:
    lent = dict(enumerate(first["facts"]))
    facts = [
        {**_of(lent, n, first["name"]), "text": text, "more": more} for n, (text, more) in enumerate(theme["facts"])
    ]
    return {**first, **theme, "facts": facts}


def _paired(name: str, told: list[Any], beats: list[Document]) -> list[tuple[Any, Document]]:
    if len(told) != len(beats):
        raise Invalid(f"plot {name!r}: {len(told)} beats, {len(beats)} pictures")
    return list(zip(told, beats, strict=True))


def _of(lenders: dict[Any, Document], name: Any, where: str) -> Document:
    if name not in lenders:
        raise Invalid(f"{where}: the first pack has no {name!r}")
    return lenders[name]
