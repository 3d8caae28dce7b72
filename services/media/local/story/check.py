"""What a language pack must hold beyond its types. Every fault names its place in the file, as a path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from services.media.local.story import vocabulary as known
from services.media.local.story.pack import Beat, FactTheme, Frame, GenrePack, Pack, Plan, Plot
from services.media.local.story.template import has_stray_bracket, renderings, slots, switches
from shared.contracts.values import GENRES

SHORT_PAGES, LONG_PAGES = 6, 12
SHORT_FACTS, LONG_FACTS = 4, 5
ARTICLE_FORMS = 3
PRONOUNS = frozenset({"she", "he", "they", "it"})
NEEDED_PHRASES = frozenset({"default", "quoted", "moment", "bare_moment"})
STORY_SLOTS = frozenset({"intro", "hero", "topic", "quoted", "scene"})


def check(pack: Pack, language: str) -> list[str]:
    """All faults of a pack, each as "path: what is wrong"; empty if it is sound."""
    return [*_head(pack, language), *_themes(pack), *_scenes(pack), *_roles(pack), *_genres(pack)]


def _head(pack: Pack, language: str) -> Iterator[str]:
    if pack.language != language:
        yield f"language: is {pack.language!r}, the file is named {language!r}"
    yield from _missing("grammar.pronouns", PRONOUNS, pack.grammar.pronouns)
    keys = set(pack.grammar.pronouns.get("she", ()))
    for name, forms in pack.grammar.pronouns.items():
        if set(forms) != keys:
            yield f"grammar.pronouns.{name}: has other forms than 'she'"
    yield from _articles(pack)
    if not 50 <= pack.grammar.wordiness_percent <= 150:
        yield f"grammar.wordiness_percent: is {pack.grammar.wordiness_percent}, not 50 to 150"
    if len(pack.grammar.capitals) % 2:
        yield "grammar.capitals: is not pairs of a letter and its capital"
    if not pack.default_topics:
        yield "default_topics: is empty"
    yield from _missing("grammar.scene_phrases", NEEDED_PHRASES, pack.grammar.scene_phrases)
    for key, phrase in pack.grammar.scene_phrases.items():
        if "{scene}" not in phrase:
            yield f"grammar.scene_phrases.{key}: has no {{scene}}"
    yield from _missing("genres", GENRES, pack.genres)


def _articles(pack: Pack) -> Iterator[str]:
    for index, article in enumerate(pack.grammar.articles):
        where = f"grammar.articles[{index}]"
        yield from _words(f"{where}.pronoun", [article.pronoun], PRONOUNS | {""})
        for forms in (article.indefinite, article.definite):
            if not 1 <= len(forms) <= ARTICLE_FORMS:
                yield f"{where}: has {len(forms)} forms, not 1 to {ARTICLE_FORMS}"
        if not all(article.indefinite):
            yield f"{where}.indefinite: a form is empty"
    for pair in pack.grammar.contractions:
        if len(pair.split(" ")) != 2:
            yield f"grammar.contractions.{pair}: is not a preposition and an article"


def _themes(pack: Pack) -> Iterator[str]:
    if not pack.themes:
        yield "themes: is empty"
    for theme in pack.themes:
        where = f"themes.{theme.name}"
        if set(theme.vary) != set(pack.themes[0].vary):
            yield f"{where}.vary: has other keys than {pack.themes[0].name!r}"
        yield from _plan(where, Plan(place=theme.place, props=theme.props))


def _scenes(pack: Pack) -> Iterator[str]:
    for key, scene in pack.scenes.items():
        yield from _words(f"scenes.{key}.place", [scene.place], known.PLACES)
        yield from _words(f"scenes.{key}.time", [scene.time], known.TIMES | {""})
        yield from _words(f"scenes.{key}.weather", [scene.weather], known.WEATHERS | {""})
    yield from _words("places", pack.places, known.PLACES)
    yield from _words("times", pack.times, known.TIMES)
    yield from _words("weathers", pack.weathers, known.WEATHERS)


def _roles(pack: Pack) -> Iterator[str]:
    kinds = known.HERO_KINDS | {"person", "child"}
    for index, entry in enumerate(pack.roles):
        yield from _words(f"roles[{index}].kind", [entry.kind], kinds)
        yield from _words(f"roles[{index}].pronoun", [entry.pronoun], PRONOUNS | {""})
    for index, hero in enumerate(pack.heroes):
        yield from _words(f"heroes[{index}].kind", [hero.kind], known.HERO_KINDS)
        yield from _words(f"heroes[{index}].pronoun", [hero.pronoun], PRONOUNS)
        yield from _words(f"heroes[{index}].suits", hero.suits, GENRES)
    if not any(not hero.suits for hero in pack.heroes):
        yield "heroes: none of them suits every genre"


def _genres(pack: Pack) -> Iterator[str]:
    for name, genre in pack.genres.items():
        where = f"genres.{name}"
        yield from _words(where, [name], GENRES)
        if not genre.plots and not (genre.frames and genre.fact_themes):
            yield f"{where}: has neither plots nor frames with facts"
        for plot in genre.plots:
            yield from _plot(pack, f"{where}.plots.{plot.name}", plot)
        yield from _facts(pack, where, genre)


def _plot(pack: Pack, where: str, plot: Plot) -> Iterator[str]:
    names = _slot_names(pack) | set(plot.vary)
    yield from _taken(where, plot.vary, _slot_names(pack))
    yield from _open(pack, where, plot.titles, plot.descriptions, plot.scenes, names)
    yield from _words(f"{where}.about", plot.about, {theme.name for theme in pack.themes})
    if len(plot.beats) != LONG_PAGES or sum(beat.short for beat in plot.beats) != SHORT_PAGES:
        yield f"{where}.beats: must be {LONG_PAGES}, {SHORT_PAGES} of them short"
    for index, beat in enumerate(plot.beats):
        yield from _beat(f"{where}.beats[{index}]", beat, names)


def _facts(pack: Pack, where: str, genre: GenrePack) -> Iterator[str]:
    for frame in genre.frames:
        yield from _frame(pack, f"{where}.frames.{frame.name}", frame)
    for theme in genre.fact_themes:
        yield from _fact_theme(pack, f"{where}.fact_themes.{theme.name}", theme)


def _frame(pack: Pack, where: str, frame: Frame) -> Iterator[str]:
    names = _slot_names(pack) | {"facts"}
    yield from _open(pack, where, frame.titles, frame.descriptions, frame.scenes, names)
    yield from _beat(f"{where}.opening", frame.opening, names)
    yield from _beat(f"{where}.closing", frame.closing, names)
    if len(frame.leads) != LONG_FACTS:
        yield f"{where}.leads: must be {LONG_FACTS}"
    for index, lead in enumerate(frame.leads):
        yield from _patterns(f"{where}.leads[{index}]", lead, names)


def _fact_theme(pack: Pack, where: str, theme: FactTheme) -> Iterator[str]:
    yield from _words(f"{where}.about", theme.about, {entry.name for entry in pack.themes})
    if len(theme.facts) < LONG_FACTS:
        yield f"{where}.facts: needs {LONG_FACTS} at least"
    for index, fact in enumerate(theme.facts):
        yield from _patterns(f"{where}.facts[{index}]", (fact.text, fact.more), set())
        yield from _plan(f"{where}.facts[{index}].scene", fact.scene)


def _beat(where: str, beat: Beat, names: Collection[str]) -> Iterator[str]:
    yield from _patterns(f"{where}.wordings", beat.wordings, names)
    if sum(map(renderings, beat.wordings)) < 2:
        yield f"{where}.wordings: offers only one wording"
    yield from _plan(f"{where}.scene", beat.scene)


def _open(
    pack: Pack, where: str, titles: Iterable[str], descriptions: Iterable[str], scenes: Iterable[str],
    names: Collection[str],
) -> Iterator[str]:  # fmt: skip
    """What plots and frames have in common."""
    yield from _patterns(f"{where}.titles", titles, names)
    yield from _patterns(f"{where}.descriptions", descriptions, names)
    if not list(scenes):
        yield f"{where}.scenes: is empty"
    yield from _words(f"{where}.scenes", scenes, pack.scenes)


def _patterns(where: str, patterns: Iterable[str], names: Collection[str]) -> Iterator[str]:
    listed = list(patterns)
    if not listed:
        yield f"{where}: is empty"
    for index, pattern in enumerate(listed):
        for name in sorted(slots(pattern) - set(names)):
            yield f"{where}[{index}]: unknown slot {{{name}}}"
        for forms in switches(pattern):
            yield from _words(f"{where}[{index}]", forms, PRONOUNS | {"*"})
        if has_stray_bracket(pattern):
            yield f"{where}[{index}]: a bracket is not closed or stands inside its like"


def _plan(where: str, plan: Plan) -> Iterator[str]:
    yield from _words(f"{where}.place", [plan.place], known.PLACES | {known.SETTING, known.THEME})
    yield from _words(f"{where}.time", [plan.time], known.TIMES | {known.SETTING})
    yield from _words(f"{where}.weather", [plan.weather], known.WEATHERS | {known.SETTING})
    yield from _words(f"{where}.action", [plan.action], known.ACTIONS)
    yield from _words(f"{where}.mood", [plan.mood], known.MOODS)
    yield from _words(f"{where}.props", plan.props, known.PROPS | {known.THEME})
    yield from _words(f"{where}.companion", [plan.companion], known.HERO_KINDS | {""})
    if len(plan.props) > known.MAX_PROPS:
        yield f"{where}.props: more than {known.MAX_PROPS}"


def _slot_names(pack: Pack) -> set[str]:
    forms = pack.grammar.pronouns.get("she", {})
    return set(STORY_SLOTS) | set(forms) | set(pack.themes[0].vary if pack.themes else ())


def _taken(where: str, vary: Iterable[str], names: Collection[str]) -> Iterator[str]:
    for key in vary:
        if key in names or key != key.lower():
            yield f"{where}.vary.{key}: the name is taken or not in lower case"


def _words(where: str, words: Iterable[str], allowed: Collection[str]) -> Iterator[str]:
    for word in words:
        if word not in allowed:
            yield f"{where}: {word!r} is not one of {', '.join(sorted(map(repr, allowed)))}"


def _missing(where: str, wanted: Iterable[str], present: Mapping[str, object]) -> Iterator[str]:
    for key in sorted(set(wanted) - set(present)):
        yield f"{where}: {key!r} is missing"
