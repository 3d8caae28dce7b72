"""Full stops that end no sentence."""

from __future__ import annotations

import re

_COMMON = "mr mrs ms dr st prof no vol fig vs jr sr etc approx inc ca cf al a.m p.m e.g i.e"
_BY_LANGUAGE = {
    "german": "z.b bzw usw d.h u.a evtl ggf nr str hr fr u.s.w bsp abs",
    "french": "m mme mlle mm p.ex ex av apr env",
    "spanish": "sr sra srta ud uds d.c a.c p.ej pág núm av",
    "portuguese": "sr sra srta exmo exma pág núm av p.ex",
    "italian": "sig sig.ra sig.na dott ing pag n ecc avv",
    "dutch": "dhr mevr bijv enz o.a d.w.z nl blz m.a.w drs ir",
    "danish": "hr fr f.eks bl.a dvs osv ca kl nr pga mht",
    "norwegian": "hr fr f.eks bl.a dvs osv ca kl nr pga mht",
    "swedish": "hr fr t.ex bl.a dvs osv ca kl nr m.m s.k p.g.a",
    "polish": "np itd itp m.in tzn ul nr godz im św prof tj",
    "czech": "např atd apod tzv tj č str hod mj popř resp",
    "russian": "г гг т.е т.д т.п др пр им ул см руб тыс и.о напр",
    "ukrainian": "р рр т.д т.п тобто див ім вул напр грн тис ін",
    "greek": "κ κα κος π.χ κ.λπ κ.ά δηλ αρ σελ μ.μ π.μ",
    "turkish": "vb vs örn bkz yy sn sok cad prof alb",
    "indonesian": "dll dsb dst yth hlm jl no tgl bpk",
    "hindi": "डॉ श्री प्रो कु",
}
# In these languages "3." is "third", so that a number before a full stop ends no sentence when another word follows.
_ORDINAL_DOT = frozenset({"german", "danish", "norwegian", "czech", "polish", "turkish"})
_LAST_WORD = re.compile(r"[\w.\u0900-\u097f]+$")


def is_abbreviation(before: str, language: str) -> bool:
    """Whether the full stop after this text belongs to its last word. `before` is the sentence so far."""
    match = _LAST_WORD.search(before)
    word = match[0].lower() if match else ""
    if word in _COMMON.split() or word in _BY_LANGUAGE.get(language, "").split():
        # "etc." and "usw." may well end a sentence, but a pause too few is better than a title torn off its name.
        return True
    if len(word) == 1 and word.isalpha():
        return match is not None and match[0].isupper() and word != "i"
    return language in _ORDINAL_DOT and word.isdigit() and len(word) <= 2
