"""What prose in each language looks like: its letters, how often they and its commonest words stand in real texts."""

from __future__ import annotations

from typing import NamedTuple

LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщьюя"
DEVANAGARI = "".join(map(chr, range(0x900, 0x980))) + "\u200c\u200d"
KANA = "".join(map(chr, range(0x3041, 0x3100))) + "々〆"
HAN = "".join(map(chr, range(0x4E00, 0xA000))) + "〇"


class Prose(NamedTuple):
    """A language. Shares are in percent: of all letters, and of all words (of all letters where words have no spaces).

    `typical` are letters by which one knows the language; `common` its commonest words in stories; `homographs` words
    of its own that look like English function words; `topic`, `role`, `scene` what a user could type.
    """

    letters: str
    typical: str
    typical_share: float
    common: str
    common_share: float
    homographs: str
    topic: str
    role: str
    scene: str


# The shares were counted in large corpora (word lists with frequencies).
PROSE = {
    "english": Prose(LATIN + "é", "", 0, "the and of to a in it was he on that with", 22, "*",
                     "The lost umbrella", "a brave fox", "a village by the sea"),
    "german": Prose(LATIN + "äöüßé", "äöüß", 1.6, "die der und in das nicht zu den mit es ein auf", 18.2,
                    "in was war her an am so not",
                    "Der verlorene Regenschirm", "ein tapferer Fuchs", "ein Dorf am Meer"),
    "dutch": Prose(LATIN + "áéèêëïóöü", "éëï", 0.2, "de van het een en in op dat voor niet met die", 25.5,
                   "of in is was had as at been her",
                   "De verloren paraplu", "een dappere vos", "een dorp aan zee"),
    "danish": Prose(LATIN + "æøåéö", "æøå", 3.0, "i og det en at til på ikke med den der var", 20.5,
                    "for at by had her to is have an",
                    "Den glemte paraply", "en modig ræv", "en landsby ved havet"),
    "norwegian": Prose(LATIN + "æøåéòôêè", "æøå", 3.1, "i og det å på som til en av ikke med den", 22.2,
                       "for at by her to is an be has",
                       "Den glemte paraplyen", "en modig rev", "en landsby ved havet"),
    "swedish": Prose(LATIN + "åäöéà", "åäö", 6.1, "det att och i på en inte som med av till den", 21.4,
                     "for by is be in an has",
                     "Det glömda paraplyet", "en modig räv", "en by vid havet"),
    "french": Prose(LATIN + "àâæçéèêëîïôœùûüÿ", "àçéèê", 3.1, "de la le et à les en des un que une dans", 22.5,
                    "on an or as but", "Le parapluie perdu", "un renard courageux", "un village au bord de la mer"),
    "italian": Prose(LATIN + "àèéìíîòóùú", "àèéìòù", 0.8, "di e che il la a in non un per una con", 22.3,
                     "in or", "L’ombrello perduto", "una volpe coraggiosa", "un villaggio sul mare"),
    "spanish": Prose(LATIN + "áéíóúüñ", "áéíóúñ", 2.0, "de la que el en y a los no un se una", 30.3,
                     "has he as", "El paraguas perdido", "un zorro valiente", "un pueblo junto al mar"),
    "portuguese": Prose(LATIN + "áâãàçéêíóôõúü", "áãçéêíó", 3.0, "de a o que e do em da não um uma com", 25.2,
                        "as for", "O guarda-chuva perdido", "uma raposa corajosa", "uma aldeia à beira-mar"),
    "polish": Prose(LATIN + "ąćęłńóśźż", "ąćęłńóśźż", 6.8, "w i nie na się to z do że o jak a", 21.3,
                    "to on by", "Zgubiony parasol", "dzielny lis", "wioska nad morzem"),
    "czech": Prose(LATIN + "áčďéěíňóřšťúůýž", "áčéěířšůýž", 12.8, "a se v na to že s z do ale o i", 16.6,
                   "to on by", "Ztracený deštník", "statečná liška", "vesnice u moře"),
    "turkish": Prose("abcdefghijklmnoprstuvyzçğıöşüâîû", "çğıöşü", 10.1, "ve bir bu için de da çok ne en gibi o her",
                     10.6, "on at her an in of not is",
                     "Kayıp şemsiye", "cesur bir tilki", "deniz kıyısında bir köy"),
    "indonesian": Prose(LATIN + "é", "", 0, "yang dan di itu dari untuk dengan tidak ada ke dalam pada", 14.6, "an",
                        "Payung yang hilang", "seekor rubah pemberani", "sebuah desa di tepi laut"),
    "greek": Prose("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "άέήίόύώ", 11.1,
                   "και το να του η με την ο που τα από δεν", 22, "",
                   "Η χαμένη ομπρέλα", "μια γενναία αλεπού", "ένα χωριό δίπλα στη θάλασσα"),
    "russian": Prose(CYRILLIC + "ёъыэ", "ыэ", 2.2, "в и на не с что по а как из он но", 16.8, "",
                     "Потерянный зонт", "храбрый лис", "деревня у моря"),
    "ukrainian": Prose(CYRILLIC.replace("ё", "") + "ґєії", "іїє", 7.0, "в на не і у з що та до за як він", 18, "",
                       "Загублена парасолька", "хоробрий лис", "село біля моря"),
    "hindi": Prose(DEVANAGARI, "ािीेंक", 33.6, "के है में की से और को का पर एक ने था", 23.3, "",
                   "खोई हुई छतरी", "एक बहादुर लोमड़ी", "समुद्र के किनारे एक गाँव"),
    "chinese": Prose(HAN, "这们来说里个", 2.5, "的 一 是 不 了 在 有 他 这 着 上 里", 14, "",
                     "丢失的雨伞", "勇敢的狐狸", "海边的村庄"),
    "japanese": Prose(HAN + KANA, "のはをがっー", 13, "の い た て し に は を と が で も", 33, "",
                      "なくした傘", "勇敢なキツネ", "海辺の村"),
}  # fmt: skip

_ENGLISH = (
    "the and of to in is was were that it its with he she his her him they them their for on but not from had have "
    "has who whose which this there these at by are be been as an or then when where into out up one what said would "
    "could because while every before after about nothing something somebody nobody everybody never only through"
)
ENGLISH = frozenset(_ENGLISH.split())
"""Function words that give an English sentence away."""
