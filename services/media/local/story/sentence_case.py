"""Capitals that only say where a phrase began: "Zgubiony parasol" is "zgubiony parasol" inside a sentence."""

from __future__ import annotations

from services.media.local.story.lexicon import lower, word_set
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.pack import Grammar, Pack


def small_start(phrase: str, pack: Pack) -> str:
    """The phrase with its first letter small, if it is no name and the language gives capitals to names alone."""
    first, _, rest = phrase.partition(" ")
    following = rest.partition(" ")[0]
    if not _only_names(pack.grammar) or not first.istitle() or not following.islower():
        return phrase
    # What stands before "and", "from" or "at night" is as often a name: "Bolek i Lolek", "Praha v noci".
    if given_name_pronoun(first) or following in _after_names(pack):
        return phrase
    return lower(first[0]) + phrase[1:]


def _only_names(grammar: Grammar) -> bool:
    """A language that writes titles in capitals, or all nouns, may have meant those of the user."""
    return not (grammar.title_small_words or grammar.noun_capitals)


def _after_names(pack: Pack) -> frozenset[str]:
    grammar = pack.grammar
    inside = {form.strip() for article in grammar.articles if article.inner for form in article.indefinite}
    small = word_set(" ".join((grammar.stops, grammar.joiners, grammar.naming, grammar.determiners))) - inside
    return small.union(*(word_set(listing) for listing in (*pack.times.values(), *pack.weathers.values())))
