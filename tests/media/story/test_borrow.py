"""Translations: words of their own with the pictures of the first pack, or a refusal that names what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.media.local.story import library
from services.media.local.story.borrow import with_pictures
from services.media.local.story.pack import Beat, Pack
from shared.errors import Invalid

Document = dict[str, Any]
Change = Callable[[Document], Any]

BEATS, FACTS = 12, 5


@pytest.fixture
def english() -> Document:
    folder = resources.files("services.media.local.story").joinpath("packs")
    document: Document = json.loads(folder.joinpath("english.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture
def words(english: Document) -> Document:
    """The English pack without its pictures, as if it were the German translation."""
    return reduced(english) | {"language": "german"}


@pytest.fixture
def install(english: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], Pack]]:
    """Puts a document beside the English pack as the German one, and loads it."""
    monkeypatch.setattr(library, "_folder", lambda: tmp_path)
    tmp_path.joinpath("english.json").write_text(json.dumps(english), encoding="utf-8")

    def put(document: Any) -> Pack:
        tmp_path.joinpath("german.json").write_text(json.dumps(document), encoding="utf-8")
        library.load.cache_clear()
        return library.load("german")

    yield put
    library.load.cache_clear()


def reduced(whole: Document) -> Document:
    """A whole pack as a translation of itself would be written."""
    return whole | {
        "scenes": {key: scene["text"] for key, scene in whole["scenes"].items()},
        "themes": [{key: theme[key] for key in ("name", "words", "vary")} for theme in whole["themes"]],
        "genres": {name: reduced_genre(genre) for name, genre in whole["genres"].items()},
    }


def reduced_genre(genre: Document) -> Document:
    return {
        "plots": {plot["name"]: reduced_plot(plot) for plot in genre.get("plots", ())},
        "frames": {frame["name"]: reduced_frame(frame) for frame in genre.get("frames", ())},
        "fact_themes": {theme["name"]: reduced_facts(theme) for theme in genre.get("fact_themes", ())},
    }


def reduced_plot(plot: Document) -> Document:
    own = {key: plot[key] for key in ("titles", "descriptions", "vary") if key in plot}
    return own | {"beats": [beat["wordings"] for beat in plot["beats"]]}


def reduced_frame(frame: Document) -> Document:
    told = {part: frame[part]["wordings"] for part in ("opening", "closing")}
    return {key: frame[key] for key in ("titles", "descriptions", "leads")} | told


def reduced_facts(theme: Document) -> Document:
    return {"label": theme["label"], "facts": [[fact["text"], fact["more"]] for fact in theme["facts"]]}


def first_plot(document: Document) -> Document:
    plot: Document = next(iter(document["genres"]["scary"]["plots"].values()))
    return plot


def beats(pack: Pack) -> list[Beat]:
    return [beat for genre in pack.genres.values() for plot in genre.plots for beat in plot.beats]


def test_a_pack_reduced_to_words_and_merged_again_is_itself(english: Document) -> None:
    merged = with_pictures(reduced(english), english)
    assert msgspec.convert(merged, Pack) == msgspec.convert(english, Pack)


def test_a_translation_is_loaded_with_its_own_words(english: Document, words: Document, install: Any) -> None:
    pack = install(words)
    assert pack == msgspec.structs.replace(msgspec.convert(english, Pack), language="german")


def test_pictures_and_short_flags_are_the_first_packs(english: Document, words: Document, install: Any) -> None:
    for genre in words["genres"].values():
        for plot in genre["plots"].values():
            plot["beats"] = [[f"Etwas [Neues|Anderes] {index}."] for index in range(BEATS)]
    pack, whole = install(words), msgspec.convert(english, Pack)
    assert [beat.scene for beat in beats(pack)] == [beat.scene for beat in beats(whole)]
    assert [beat.short for beat in beats(pack)] == [beat.short for beat in beats(whole)]
    assert {wording for beat in beats(pack) for wording in beat.wordings} == {
        f"Etwas [Neues|Anderes] {index}." for index in range(BEATS)
    }


def test_scenes_themes_frames_and_facts_borrow_what_they_show(english: Document, words: Document, install: Any) -> None:
    words["scenes"]["harbour"] = "in einem Dorf am Meer"
    words["themes"][1]["words"] = "magnet"
    frame = next(iter(words["genres"]["fun facts"]["frames"].values()))
    frame["opening"] = ["Es [begann|fing an]."]
    theme = next(iter(words["genres"]["fun facts"]["fact_themes"].values()))
    theme["facts"][0] = ["Ein Krake hat drei Herzen.", "Zwei pumpen Blut durch die Kiemen."]
    pack, whole = install(words), msgspec.convert(english, Pack)
    mine, first = pack.genres["fun facts"], whole.genres["fun facts"]
    assert pack.scenes["harbour"].text == "in einem Dorf am Meer"
    assert pack.scenes["harbour"].place == whole.scenes["harbour"].place
    assert pack.themes[1].words == "magnet"
    assert (pack.themes[1].place, pack.themes[1].props) == (whole.themes[1].place, whole.themes[1].props)
    assert mine.frames[0].opening.wordings == ("Es [begann|fing an].",)
    assert mine.frames[0].opening.scene == first.frames[0].opening.scene
    assert mine.fact_themes[0].facts[0].text == "Ein Krake hat drei Herzen."
    assert mine.fact_themes[0].facts[0].scene == first.fact_themes[0].facts[0].scene
    assert mine.fact_themes[0].about == first.fact_themes[0].about


def test_a_part_of_the_plots_and_facts_is_enough(words: Document, install: Any) -> None:
    for genre in words["genres"].values():
        genre["plots"] = dict(list(genre["plots"].items())[:1])
        for theme in genre["fact_themes"].values():
            theme["facts"] = theme["facts"][:FACTS]
    pack = install(words)
    assert {len(genre.plots) for genre in pack.genres.values()} == {0, 1}
    assert {len(theme.facts) for genre in pack.genres.values() for theme in genre.fact_themes} == {FACTS}
    assert pack.genres["love"].grown_up


def test_varied_details_are_never_the_first_packs(words: Document, install: Any) -> None:
    plot = first_plot(words)
    key = next(iter(plot.pop("vary")))
    with pytest.raises(Invalid, match=rf"unknown slot \{{{key}\}}"):
        install(words)


def renamed(found: Document, name: str) -> None:
    found[name] = found.pop(next(iter(found)))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda words: renamed(words["genres"]["scary"]["plots"], "the fourth knock"), "the fourth knock"),
        (lambda words: renamed(words["genres"]["fun facts"]["frames"], "the exam"), "the exam"),
        (lambda words: renamed(words["genres"]["fun facts"]["fact_themes"], "cheeses"), "cheeses"),
        (lambda words: renamed(words["scenes"], "volcano rim"), "volcano rim"),
        (lambda words: words["themes"][2].update(name="robotics"), "robotics"),
        (lambda words: renamed(words["genres"], "westerns"), "westerns"),
    ],
)  # fmt: skip
def test_what_the_first_pack_has_not_is_refused_by_name(
    words: Document, install: Any, change: Change, named: str
) -> None:
    change(words)
    with pytest.raises(Invalid, match=rf"the first pack has no '{named}'"):
        install(words)


@pytest.mark.parametrize("count", [BEATS - 1, BEATS + 1])
def test_a_wrong_number_of_beats_is_refused_with_the_plots_name(words: Document, install: Any, count: int) -> None:
    name, plot = next(iter(words["genres"]["mystery"]["plots"].items()))
    plot["beats"] = [["Ein [Satz|Wort]."]] * count
    with pytest.raises(Invalid, match=rf"plot '{name}': {count} beats, {BEATS} pictures"):
        install(words)


def test_more_facts_than_pictures_are_refused_with_the_themes_name(words: Document, install: Any) -> None:
    name, theme = next(iter(words["genres"]["fun facts"]["fact_themes"].items()))
    theme["facts"].append(["Noch etwas.", "Und noch etwas."])
    with pytest.raises(Invalid, match=name):
        install(words)


@pytest.mark.parametrize(
    "change",
    [
        lambda words: words.pop("genres"),
        lambda words: words.update(themes=["magnets"]),
        lambda words: words["genres"].update(scary=[]),
        lambda words: first_plot(words).pop("beats"),
        lambda words: words["genres"]["fun facts"]["fact_themes"]["animals"].update(facts=[["Nur ein Text."]]),
    ],
)  # fmt: skip
def test_what_has_not_the_shape_of_a_translation_is_refused(words: Document, install: Any, change: Change) -> None:
    change(words)
    with pytest.raises(Invalid, match="'german'"):
        install(words)


@pytest.mark.parametrize("document", [[], "words", 7, None])
def test_what_is_no_document_at_all_is_refused(install: Any, document: Any) -> None:
    with pytest.raises(Invalid, match="'german'"):
        install(document)


def test_merging_leaves_both_documents_as_they_were(english: Document) -> None:
    words = reduced(english)
    before = deepcopy(words), deepcopy(english)
    with_pictures(words, english)
    assert (words, english) == before
