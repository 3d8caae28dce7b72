"""Articles: the one that a phrase has, the one that it needs, and the definite one that later takes its place."""

from __future__ import annotations

from collections.abc import Collection

from services.media.local.story.lexicon import head, known_plurals, plurals, singulars, spelled, tokens, word_set
from services.media.local.story.pack import Article, Grammar, Pack
from services.media.local.story.template import capitalise


def articles(grammar: Grammar) -> tuple[Article, ...]:
    """The language's articles; one that knows no genders is written shorter in a pack."""
    if grammar.articles or not grammar.indefinite[0]:
        return grammar.articles
    plain, before_vowel = grammar.indefinite
    return (Article(indefinite=(f"{plain} ", f"{before_vowel} "), definite=(grammar.definite,)),)


def article_of(phrase: str, pack: Pack) -> Article | None:
    """The article whose indefinite form the phrase begins with; the noun decides between two that look alike."""
    low = phrase.lower()
    fitting = [one for one in articles(pack.grammar) if _has(low, one)]
    listed = [one for one in fitting if _noun(phrase, one, pack)]
    alone = fitting if len(fitting) == 1 and not fitting[0].plain else []
    return next(iter(listed or alone), None)


def pronoun_of(phrase: str, pack: Pack) -> str:
    """The pronoun that the phrase's article asks for, indefinite or definite; empty if it has none or could be two."""
    article = article_of(phrase, pack)
    low = phrase.lower()
    likely = [one for one in articles(pack.grammar) if low.startswith(tuple(filter(None, one.definite)))]
    pronouns = {one.pronoun for one in ([article] if article else likely)}
    return pronouns.pop() if len(pronouns) == 1 else ""


def article_for(noun: str, pack: Pack) -> Article | None:
    """The article that the noun takes: one that lists it, else the only one of a language without genders."""
    known = articles(pack.grammar)
    listed = [one for one in known if noun in _nouns(one, pack)]
    return next(iter(listed or ([] if _genders(known) else known)), None)


def with_article(phrase: str, pack: Pack) -> str:
    """ "brave fox" becomes "a brave fox"; names, plurals and phrases that have an article stay as they are."""
    words = tokens(phrase)
    if not words or not phrase[0].islower() or words[0] in word_set(pack.grammar.determiners):
        return phrase
    article = _needed(head(words, pack.grammar), pack)
    return with_indefinite(phrase, article, pack) if article and not article_of(phrase, pack) else phrase


def with_indefinite(phrase: str, article: Article, pack: Pack) -> str:
    """A phrase without an article, with the indefinite one."""
    return _form(article.indefinite, phrase, pack.grammar) + phrase


def with_definite(phrase: str, article: Article, pack: Pack) -> str:
    """A phrase without an article, with the definite one; only its noun, if its adjectives would have to change."""
    noun = _noun(phrase, article, pack)
    if article.plain and noun:
        # "ræv/en": the article is the noun's own ending.
        form = plurals(article.nouns).get(noun.lower(), noun)
        phrase = form if noun.islower() else capitalise(form)
    return _form(article.definite, phrase, pack.grammar) + phrase


def definite(phrase: str, pack: Pack) -> str:
    """The phrase with the definite article instead of the indefinite one; any other phrase as it is."""
    article = article_of(phrase, pack)
    if article is None:
        return phrase
    low = phrase.lower()
    begins = next((form for form in article.indefinite if low.startswith(form)), "")
    rest = phrase[len(begins) :] if begins else phrase.replace(f" {article.indefinite[0]}", " ", 1)
    return with_definite(rest, article, pack) if rest else phrase


def _has(low: str, article: Article) -> bool:
    inside = article.inner and f" {article.indefinite[0]}" in low
    return inside or low.startswith(article.indefinite)


def _needed(core: list[str], pack: Pack) -> Article | None:
    """Without genders the head's last word needs the article, with them the first noun that is known does."""
    if not _genders(articles(pack.grammar)):
        return article_for(core[-1], pack) if core[-1] in known_plurals(pack) else None
    if word_set(pack.grammar.many).intersection(core):
        return None
    return next(filter(None, (article_for(word, pack) for word in core)), None)


def _genders(known: tuple[Article, ...]) -> bool:
    """Whether nouns decide which article they take."""
    return any(article.nouns or article.pronoun for article in known)


def _noun(phrase: str, article: Article, pack: Pack) -> str:
    """The first noun of the phrase that takes the article, as it is written there; empty if there is none."""
    known = _nouns(article, pack)
    return next((word for word in head(spelled(phrase), pack.grammar) if word.lower() in known), "")


def _nouns(article: Article, pack: Pack) -> Collection[str]:
    """The words that the article lists, and the roles that are spoken of with its pronoun."""
    if not article.pronoun:
        return singulars(article.nouns)
    roles = (singulars(entry.words) for entry in pack.roles if entry.pronoun == article.pronoun)
    return singulars(article.nouns).union(*roles)


def _form(forms: tuple[str, ...], phrase: str, grammar: Grammar) -> str:
    """The form for the phrase's first sound. Forms are for a consonant, a vowel and a heavy start, in this order."""
    first = next(iter(tokens(phrase)), "")
    if first.startswith(tuple(grammar.heavy_starts.split())):
        return forms[2] if len(forms) > 2 else forms[0]
    vowel = (first[:1] in set(grammar.vowels)) != (first in word_set(grammar.vowel_exceptions))
    return forms[1] if vowel and len(forms) > 1 else forms[0]
