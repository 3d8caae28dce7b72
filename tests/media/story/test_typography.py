"""Narrow spaces in French, from the story to the subtitles; titles around questions."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from services.media.adapters.local_narrator import LocalNarrator
from services.media.local.film.fonts import SANS, width_em
from services.media.local.film.spans import clean, may_break, spans
from services.media.local.story.compose import write
from services.media.local.story.library import load
from services.media.local.story.pieces import split_text
from services.media.local.story.typography import NARROW_SPACE, typeset
from shared.contracts.values import GENRES, Brief

_ = NARROW_SPACE
FRENCH = load("french").grammar


@pytest.mark.parametrize(
    ("plain", "set_in_type"),
    [
        ("«Quoi?» dit-il.", f"«{_}Quoi{_}?{_}»{_}".rstrip(_) + " dit-il."),
        ("« Quoi ! » dit-il.", f"«{_}Quoi{_}!{_}» dit-il."),
        ("Non; oui!", f"Non{_}; oui{_}!"),
        ("Une chose: la mer.", f"Une chose{_}: la mer."),
        ("Quoi?!", f"Quoi{_}?!"),
        ("Tu lis «Candide»?", f"Tu lis «{_}Candide{_}»{_}?"),
        ("Enfin…?", f"Enfin…{_}?"),
        ("À 10:30, lis http://x.", "À 10:30, lis http://x."),
        ("“Non”, dit-elle.", "“Non”, dit-elle."),
    ],
)
def test_french_marks_stand_apart(plain: str, set_in_type: str) -> None:
    assert typeset(plain, FRENCH) == set_in_type
    assert typeset(set_in_type, FRENCH) == set_in_type


def test_other_languages_are_left_alone() -> None:
    for language in ("english", "spanish", "german", "norwegian"):
        assert typeset("«Was?» Ja: gut; nein!", load(language).grammar) == "«Was?» Ja: gut; nein!"


@pytest.mark.parametrize("genre", GENRES)
def test_no_french_mark_touches_its_word(genre: str) -> None:
    for seed in range(4):
        script = write(Brief(topic="Pourquoi la mer?", genre=genre, language="french", seed=seed))  # type: ignore[arg-type]
        for text in (script.title, script.description, *(page.text for page in script.pages)):
            assert not any(mark in text.replace(f"{_}{mark}", "") for mark in ";:»"), text
            assert "«" not in text.replace(f"«{_}", ""), text


def test_a_narrow_space_survives_the_cut_into_pieces_and_ends_no_sentence() -> None:
    text = f"«{_}Quoi{_}?{_}» dit le renard. «{_}Non{_}!{_}» Puis il partit{_}: la mer."
    pieces = split_text(text, "french")
    assert pieces == (
        f"«{_}Quoi{_}?{_}» dit le renard.",
        f"«{_}Non{_}!{_}»",
        f"Puis il partit{_}: la mer.",
    )


async def test_the_narrator_and_the_subtitles_take_a_narrow_space(tmp_path: Path) -> None:
    script = write(Brief(topic="la mer", language="french", seed=1))
    lengths_ms, shown = [], []
    for text in (f"«{_}Pourquoi donc{_}?{_}» dit le renard{_}; oui{_}!", "«Pourquoi donc?» dit le renard; oui!"):
        page = msgspec.structs.replace(script.pages[0], text=text, pieces=split_text(text, "french"))
        speech = await LocalNarrator().speak(
            msgspec.structs.replace(script, pages=(page,)), page.number, tmp_path, lambda done: None
        )
        lengths_ms.append(speech.duration_ms)
        shown.append([span.text for piece in speech.pieces for span in spans(piece)])
    assert abs(lengths_ms[0] - lengths_ms[1]) < 120
    assert [text.replace(_, "") for text in shown[0]] == shown[1]
    assert f"donc{_}?{_}» " in shown[0]


def test_no_line_breaks_at_a_narrow_space_and_the_font_has_one() -> None:
    assert clean(f"a{_}? b") == f"a{_}? b"
    assert not may_break(_, "?")
    assert not may_break("a", _)
    assert 0 < width_em(f"a{_}?", SANS) - width_em("a?", SANS) < width_em("a ?", SANS) - width_em("a?", SANS)


def test_after_a_question_a_title_begins_anew() -> None:
    wish = {"topic": "¿Por qué llueve?", "language": "spanish"}
    briefs = [Brief(**wish, genre=genre, seed=seed) for genre in GENRES for seed in range(8)]  # type: ignore[arg-type]
    titles = [write(brief).title for brief in briefs]
    after = [title.split("? ")[1] for title in titles if "? " in title]
    assert len(after) > 5
    assert any(rest[0].isupper() for rest in after)
    assert not any(rest[0].islower() and not rest.startswith("y ") for rest in after), after
    assert not any("?:" in title for title in titles)


def test_inside_a_title_the_topic_is_a_part_of_it() -> None:
    titles = {write(Brief(topic="The sea", main_role="Penny", genre="bedtime", seed=seed)).title for seed in range(30)}
    assert any(" the Sea" in title for title in titles)
    assert not any(" The Sea" in title.replace(": The Sea", "") for title in titles)
