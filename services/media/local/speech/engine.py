"""espeak-ng in a child process: settings and texts in, samples and word events out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import espeakng_loader
import msgspec
import numpy as np

from services.media.local.speech.child import run_worker
from services.media.local.speech.japanese import Morpheme
from services.media.local.speech.voices import VoiceSettings
from services.media.local.speech.waveform import Samples
from shared.errors import Unavailable

_FOLDER = Path(__file__).parent
_LONGEST_PIECE_S = 600


class Spoken(NamedTuple):
    """Mono samples, and for every word event the index in the speech and the time in ms, both from 0."""

    samples: Samples
    rate_hz: int
    events: tuple[tuple[int, int], ...]


class _Head(msgspec.Struct, frozen=True):
    bytes: int
    words: tuple[tuple[int, int], ...]


class Engine:
    """Where the speech library is and how long it may take."""

    def __init__(
        self,
        library: str = "",
        data: str = "",
        *,
        worker: Path = _FOLDER / "espeak_worker.py",
        kana_worker: Path = _FOLDER / "kana_worker.py",
        patience_s: float = 20.0,
    ) -> None:
        """`library` and `data` name another build of espeak-ng (before 1.52 its flutter differs from run to run).

        `patience_s` is what a page may take at least; long texts get more.
        """
        self._library = library or espeakng_loader.get_library_path()
        self._data = data if library else espeakng_loader.get_data_path()
        self._worker = worker
        self._kana_worker = kana_worker
        self._patience_s = patience_s

    async def say(self, settings: VoiceSettings, texts: Sequence[str]) -> list[Spoken]:
        """The texts as sound, in order and in one voice. Raises Unavailable if the engine fails or hangs."""
        if not texts:
            return []
        timeout_s = self._timeout_s(texts)
        request = {
            **settings._asdict(),
            "library": self._library,
            "data": self._data,
            "texts": texts,
            "cpu_s": int(timeout_s) + 1,
            "max_s": _LONGEST_PIECE_S,
        }
        answer = await run_worker(self._worker, json.dumps(request).encode(), timeout_s)
        return _decode(answer, len(texts))

    async def read_kana(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        """Japanese texts taken apart, each with its pronunciation. Raises Unavailable."""
        # A dictionary that was never compiled takes seconds to load, whatever the text.
        answer = await run_worker(self._kana_worker, json.dumps(texts).encode(), 3 * self._timeout_s(texts))
        try:
            return msgspec.json.decode(answer, type=list[list[Morpheme]])
        except msgspec.DecodeError as error:
            raise Unavailable(f"The narrator's dictionary answers nonsense: {error}") from error

    def _timeout_s(self, texts: Sequence[str]) -> float:
        return self._patience_s + sum(map(len, texts)) * 0.01


def _decode(answer: bytes, count: int) -> list[Spoken]:
    try:
        first, _, rest = answer.partition(b"\n")
        rate_hz = int(first)
        spoken: list[Spoken] = []
        for _ in range(count):
            line, _, rest = rest.partition(b"\n")
            head = msgspec.json.decode(line, type=_Head)
            samples = np.frombuffer(rest[: head.bytes], np.int16)
            if samples.nbytes != head.bytes:
                raise ValueError("the sound is cut off")
            spoken.append(Spoken(samples, rate_hz, head.words))
            rest = rest[head.bytes :]
        return spoken
    except (ValueError, msgspec.DecodeError) as error:
        raise Unavailable(f"The narrator's engine answers nonsense: {error}") from error
