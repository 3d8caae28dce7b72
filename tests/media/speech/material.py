"""Two sentences in every language, and scripts to read them from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.media.model import Hero, Page, Scene, Script

SENTENCES: dict[str, tuple[str, str]] = {
    "english": ("In the evening, a small boat came home.", "Grandmother was waiting with a lamp!"),
    "czech": ("Večer se malá loďka vrátila domů.", "Babička čekala s lampou!"),
    "danish": ("Om aftenen kom en lille båd hjem.", "Bedstemor ventede med en lampe!"),
    "dutch": ("In de avond kwam een klein bootje thuis.", "Grootmoeder wachtte met een lamp!"),
    "french": ("Le soir, un petit bateau rentra au port.", "« Grand-mère t'attend », dit-il !"),
    "german": ("Am Abend kam ein kleines Boot nach Hause.", "„Großmutter wartet“, sagte er!"),
    "greek": ("Το βράδυ μια μικρή βάρκα γύρισε στο σπίτι.", "Η γιαγιά περίμενε με μια λάμπα!"),
    "hindi": ("शाम को एक छोटी नाव घर लौटी।", "दादी दीया लेकर इंतज़ार कर रही थीं।"),
    "indonesian": ("Pada malam hari sebuah perahu kecil pulang.", "Nenek menunggu dengan lampu!"),
    "italian": ("La sera una piccola barca tornò a casa.", "La nonna aspettava con una lampada!"),
    "chinese": ("傍晚，一只小船回家了。", "奶奶提着灯在等它！"),
    "japanese": ("夕方、小さな舟が家へ帰りました。", "「おばあさんは灯りを持って待っていた。」"),
    "norwegian": ("Om kvelden kom en liten båt hjem.", "Bestemor ventet med en lampe!"),
    "polish": ("Wieczorem mała łódka wróciła do domu.", "Babcia czekała z lampą!"),
    "portuguese": ("À noite, um barquinho voltou para casa.", "A avó esperava com uma lamparina!"),
    "russian": ("Вечером маленькая лодка вернулась домой.", "Бабушка ждала с лампой!"),
    "spanish": ("Por la tarde, un barquito volvió a casa.", "¡La abuela esperaba con una lámpara!"),
    "swedish": ("På kvällen kom en liten båt hem.", "Mormor väntade med en lampa!"),
    "turkish": ("Akşam küçük bir tekne eve döndü.", "Büyükanne elinde lambayla bekliyordu!"),
    "ukrainian": ("Увечері маленький човен повернувся додому.", "Бабуся чекала з лампою!"),
}


def script_of(*pages: Sequence[str], **changed: Any) -> Script:
    """A script whose pages have these pieces."""
    scene = Scene(place="harbour", time="evening")
    values: dict[str, Any] = {
        "title": "The boat",
        "description": "",
        "language": "english",
        "genre": "custom topic",
        "style": "cinematic",
        "voice": "nova",
        "aspect_ratio": "16:9",
        "seed": 5,
        "hero": Hero(name="Mia", kind="girl"),
        "pages": tuple(
            Page(number=number, text=" ".join(pieces), scene=scene, pieces=tuple(pieces))
            for number, pieces in enumerate(pages, 1)
        ),
    }
    return Script(**{**values, **changed})


def ignore(_: float) -> None:
    """Progress that nobody watches."""
