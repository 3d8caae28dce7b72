"""A buyer that pays nothing: it notes what is bought and gives real files of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.media.purchases import Bought, Purchase
from shared.errors import TalewrightError
from tests.replicate_double import media
from tests.replicate_double.models import FILM_SIZES_PX, FLUX_SIZES_PX

Answer = bytes | str | TalewrightError | None
"""A file's bytes, a text, an error, or nothing at all."""


def file_for(purchase: Purchase) -> Answer:
    """What the real models would make of it."""
    given = purchase.input
    name = purchase.model.partition(":")[0].rpartition("/")[2]
    if name.startswith("flux"):
        return media.picture(*FLUX_SIZES_PX[given["aspect_ratio"]], given["output_format"], given["seed"] % 16)
    if name == "gen4-turbo":
        return media.film(*FILM_SIZES_PX[given["aspect_ratio"]], given["duration"])
    if name == "kokoro-82m":
        return media.speech_wav(media.spoken_ms(given["text"]), 24_000)
    return media.speech_mp3(media.spoken_ms(given["text"]), given["sample_rate"])


class FakeBuyer:
    """Implements `Buyer`. `answers` are given in turn, before what `make` makes; a step is answered once."""

    def __init__(self, folder: Path, *answers: Answer, make: Callable[[Purchase], Answer] = file_for) -> None:
        self.folder, self.answers, self.make = folder, list(answers), make
        self.bought: dict[str, Purchase] = {}

    @property
    def purchases(self) -> list[Purchase]:
        return list(self.bought.values())

    async def buy(self, purchase: Purchase) -> Bought:
        assert purchase.step not in self.bought, "a step is bought once"
        self.bought[purchase.step] = purchase
        answer = self.answers.pop(0) if self.answers else self.make(purchase)
        match answer:
            case TalewrightError():
                raise answer
            case str():
                return Bought(text=answer)
            case None:
                return Bought()
        file = self.folder / f"{purchase.step}.bin"
        file.write_bytes(answer)
        return Bought(files=(file,))
