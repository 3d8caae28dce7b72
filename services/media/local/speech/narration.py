"""One page read aloud: its pieces one after the other on the page's own time line, and the files they lie in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.media.local.speech.engine import Spoken
from services.media.local.speech.timing import move, word_times
from services.media.local.speech.utterance import Utterance
from services.media.local.speech.waveform import Samples, cut, heard, is_silent, length_ms, silence, write_wav
from services.media.model import PageSpeech, SpokenPiece, Word

_SENTENCE_PAUSE_MS = 350
_CLAUSE_PAUSE_MS = 180
_UNSAID_MS = 400
_SENTENCE_ENDS = ".!?…。！？।؟;:"
_CLOSERS = "\"'”’»«“)]）」』】"
DEFAULT_RATE_HZ = 22_050


def lay_out(page: int, utterances: Sequence[Utterance], sounds: Sequence[Spoken | None], folder: Path) -> PageSpeech:
    """Writes the pieces' WAVs into `folder` and says where on the page's time line they are.

    `sounds` has None for an utterance that cannot be said: it becomes a short silence. Raises OSError.
    """
    rate_hz = next((sound.rate_hz for sound in sounds if sound), DEFAULT_RATE_HZ)
    pieces: list[SpokenPiece] = []
    end_ms = 0
    for number, (utterance, sound) in enumerate(zip(utterances, sounds, strict=True), 1):
        start_ms = end_ms + (_pause_ms(pieces[-1].text) if pieces else 0)
        samples, words = _piece(utterance, sound, rate_hz, start_ms)
        file = f"s{page}_{number}.wav"
        write_wav(folder / file, samples, rate_hz)
        end_ms = start_ms + length_ms(samples, rate_hz)
        pieces.append(
            SpokenPiece(file=file, text=utterance.text, start_ms=start_ms, duration_ms=end_ms - start_ms, words=words)
        )
    return PageSpeech(page=page, pieces=tuple(pieces), duration_ms=end_ms)


def _piece(utterance: Utterance, sound: Spoken | None, rate_hz: int, start_ms: int) -> tuple[Samples, tuple[Word, ...]]:
    if sound is None or is_silent(sound.samples):
        unsaid = (Word(utterance.text, start_ms, start_ms + _UNSAID_MS),) if utterance.text else ()
        return silence(_UNSAID_MS, rate_hz), unsaid
    flags = heard(sound.samples, rate_hz)
    words = word_times(utterance.tokens, sound.events, flags, length_ms(sound.samples, rate_hz))
    samples, lead_ms = cut(sound.samples, flags, rate_hz)
    return samples, move(words, lead_ms, start_ms, length_ms(samples, rate_hz))


def _pause_ms(text: str) -> int:
    """How long a reader waits after `text`: a breath after a sentence, less within one."""
    last = text.rstrip(_CLOSERS + " ")[-1:]
    return _SENTENCE_PAUSE_MS if last and last in _SENTENCE_ENDS else _CLAUSE_PAUSE_MS
