"""Narration: what is said in which voice, and that recordings of any kind become pieces with words that are in time."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from services.media.adapters.replicate_customer import SPOILED, Customer
from services.media.adapters.replicate_narrator import ReplicateNarrator
from services.media.adapters.replicate_voices import KOKORO_VERSION, speech_input, speech_model
from services.media.local.sound.assembly import page_narration
from services.media.local.speech.pauses import events_at_pauses
from services.media.local.speech.utterance import spaced_utterance
from services.media.local.speech.waveform import heard
from services.media.model import Script
from services.media.purchases import Bought, Purchase
from services.media.writing import script_of
from shared.contracts.values import LANGUAGES, VOICES, Brief
from shared.errors import Invalid, Rejected, Unavailable
from shared.pricing.prices import Prices
from tests.media.replicate_adapters.buyer import FakeBuyer
from tests.media.writing.answers import said, story
from tests.replicate_double import media

PRICES = Prices(speech_billed=True)
KOKORO = Prices(speech_model="kokoro-82m", speech_billed=True)
RATE_HZ = 32_000


def told(share: float) -> None:
    assert 0 <= share <= 1


def script(*pieces: str, **changes: object) -> Script:
    whole = script_of(Brief(topic="t"), said(story()))
    page = replace(whole.pages[0], text=" ".join(pieces), pieces=pieces)
    return replace(whole, pages=(page,), **changes)


def sound(*parts_ms: int, rate_hz: int = RATE_HZ, gap: float = 0.0) -> np.ndarray:
    """A hum and silence in turn, the hum first; a negative length begins with silence."""
    time = np.arange(10_000 * rate_hz // 1000) / rate_hz
    hum = (np.sin(2 * np.pi * 180 * time) * 9000).astype(np.int16)
    pieces = [
        hum[: ms * rate_hz // 1000] if index % 2 == 0 else np.zeros(ms * rate_hz // 1000, np.int16)
        for index, ms in enumerate(parts_ms)
    ]
    return np.concatenate(pieces)


def wav(samples: np.ndarray, rate_hz: int = RATE_HZ, channels: int = 1) -> bytes:
    import io

    with wave.open(out := io.BytesIO(), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(samples, channels).tobytes())
    return out.getvalue()


def narrator(buyer: object, prices: Prices = PRICES) -> ReplicateNarrator:
    return ReplicateNarrator(Customer(buyer), prices, KOKORO_VERSION)  # type: ignore[arg-type]


async def test_every_piece_is_bought_by_itself_and_charged_by_its_letters(tmp_path: Path) -> None:
    buyer, pieces = FakeBuyer(tmp_path), ("The fox went home.", "She slept.", "* * *")
    speech = await narrator(buyer).speak(script(*pieces), 1, tmp_path, told)
    assert sorted(buyer.bought) == ["speak-1", "speak-2"]  # nothing is bought for what cannot be said
    purchase = buyer.bought["speak-1"]
    assert purchase.model == "minimax/speech-02-turbo"
    assert purchase.input["text"] == "The fox went home."
    assert (purchase.charge.service, purchase.charge.unit) == ("replicate_speech", "character")
    assert (purchase.charge.quantity, purchase.charge.amount_microusd, purchase.charge.billed) == (18, 1080, True)
    assert [piece.file for piece in speech.pieces] == ["s1_1.wav", "s1_2.wav", "s1_3.wav"]
    assert [piece.text for piece in speech.pieces] == list(pieces)


@pytest.mark.parametrize("prices", [PRICES, KOKORO])
async def test_mp3_and_wav_become_mono_wavs_that_the_mixer_takes(tmp_path: Path, prices: Prices) -> None:
    speech = await narrator(FakeBuyer(tmp_path), prices).speak(script("The fox went home.", "Good."), 1, tmp_path, told)
    rate_hz = 24_000 if prices is KOKORO else RATE_HZ
    for piece in speech.pieces:
        with wave.open(str(tmp_path / piece.file)) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, rate_hz)
            assert file.getnframes() / rate_hz * 1000 == pytest.approx(piece.duration_ms, abs=1)
    samples, mixed_hz = page_narration(speech, tmp_path)
    assert mixed_hz == rate_hz
    assert len(samples) / rate_hz * 1000 == pytest.approx(speech.duration_ms, abs=2)
    assert np.abs(samples).max() > 0.1


@pytest.mark.parametrize("data", [wav(sound(900), 44_100, 2), wav(sound(900), 8_000), media.speech_mp3(900, 44_100)])
async def test_any_rate_and_channels_are_brought_to_one(tmp_path: Path, data: bytes) -> None:
    await narrator(FakeBuyer(tmp_path, data)).speak(script("Hello there."), 1, tmp_path, told)
    with wave.open(str(tmp_path / "s1_1.wav")) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE_HZ, 1)


async def test_silence_around_the_voice_is_cut(tmp_path: Path) -> None:
    silence = np.zeros(RATE_HZ, np.int16)
    data = wav(np.concatenate([silence, sound(1000), silence]))
    speech = await narrator(FakeBuyer(tmp_path, data)).speak(script("Hello there."), 1, tmp_path, told)
    assert speech.duration_ms == pytest.approx(1080, abs=15)
    words = speech.pieces[0].words
    assert words[0].start_ms == pytest.approx(40, abs=10)
    assert words[-1].end_ms == pytest.approx(1040, abs=10)


async def test_words_after_a_mark_begin_where_the_pause_ends(tmp_path: Path) -> None:
    data = wav(sound(600, 400, 1800))
    text = "Slowly, the old fox walked home through the snow."
    (piece,) = (await narrator(FakeBuyer(tmp_path, data)).speak(script(text), 1, tmp_path, told)).pieces
    slowly, the, *_, snow = piece.words
    assert (slowly.text, the.text, snow.text) == ("Slowly,", "the", "snow.")
    assert slowly.end_ms == pytest.approx(640, abs=15)
    assert the.start_ms == pytest.approx(1040, abs=15)
    assert snow.end_ms == pytest.approx(2840, abs=15)
    times = [time for word in piece.words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)


def test_a_pause_far_from_any_mark_moves_nothing() -> None:
    tokens = spaced_utterance("One two three four five six, seven.").tokens
    events = events_at_pauses(tokens, heard(sound(300, 300, 3000), RATE_HZ))
    assert [index for index, _ in events] == [0]


def test_marks_without_pauses_and_no_sound_at_all() -> None:
    tokens = spaced_utterance("One, two, three.").tokens
    assert len(events_at_pauses(tokens, heard(sound(1000), RATE_HZ))) == 1
    assert events_at_pauses(tokens, np.zeros(100, np.bool_)) == ()
    assert events_at_pauses((), heard(sound(1000), RATE_HZ)) == ()


async def test_japanese_words_are_read_by_the_dictionary_and_chinese_by_character(tmp_path: Path) -> None:
    text = "小さなきつねは家に帰りました。"
    speech = await narrator(FakeBuyer(tmp_path)).speak(script(text, language="japanese"), 1, tmp_path, told)
    words = [word.text for word in speech.pieces[0].words]
    assert "".join(words) == text
    assert 3 < len(words) < len(text)
    buyer = FakeBuyer(tmp_path)
    speech = await narrator(buyer).speak(script("狐狸回家了。", language="chinese"), 1, tmp_path, told)
    assert [word.text for word in speech.pieces[0].words] == ["狐", "狸", "回", "家", "了。"]
    assert buyer.bought["speak-1"].input["language_boost"] == "Chinese"


async def test_signs_that_the_model_would_obey_are_not_sent(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path)
    await narrator(buyer).speak(script("Wait <#99.9#> here, *please*."), 1, tmp_path, told)
    assert buyer.bought["speak-1"].input["text"] == "Wait 99.9 here, please ."


def test_six_voices_are_six_voices() -> None:
    for name in ("speech-02-turbo", "kokoro-82m"):
        model = speech_model(name)
        told_voices = {str(speech_input(model, script("x", voice=voice), "x")) for voice in VOICES}
        assert len(told_voices) == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken_or_refused(language) -> None:
    said_in = speech_input(speech_model("speech-02-turbo"), script("x", language=language), "x")
    assert said_in["language_boost"] in (language.capitalize(), "Automatic")
    kokoro = speech_model("kokoro-82m")
    if language in ("english", "french", "hindi", "italian", "japanese", "chinese"):
        assert speech_input(kokoro, script("x", language=language), "x")["voice"]
    else:
        with pytest.raises(Invalid, match=language.capitalize()):
            speech_input(kokoro, script("x", language=language), "x")


async def test_a_language_that_nobody_speaks_costs_nothing(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path)
    with pytest.raises(Invalid):
        await narrator(buyer, KOKORO).speak(script("Ahoj.", language="czech"), 1, tmp_path, told)
    with pytest.raises(Invalid, match="no page 2"):
        await narrator(buyer).speak(script("Hello."), 2, tmp_path, told)
    assert buyer.purchases == []


@pytest.mark.parametrize("data", [b"", b"ID3 nonsense", wav(np.zeros(9_000, np.int16)), None])
async def test_what_is_no_voice_is_refused(tmp_path: Path, data) -> None:
    with pytest.raises(Rejected) as refusal:
        await narrator(FakeBuyer(tmp_path, data)).speak(script("Hello."), 1, tmp_path, told)
    assert refusal.value.message == SPOILED


class SlowBuyer:
    """The first piece fails at once, the second one is refused a little later, the third takes longest."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def buy(self, purchase: Purchase) -> Bought:
        number = int(purchase.step.removeprefix("speak-"))
        await asyncio.sleep(0.02 * number)
        self.done.append(purchase.step)
        raise Rejected("Not this one.") if number == 2 else Unavailable("Away.")


async def test_where_one_piece_fails_the_others_are_not_left_behind() -> None:
    buyer = SlowBuyer()
    with pytest.raises(Rejected, match="Not this one"):
        await narrator(buyer).speak(script("One.", "Two.", "Three."), 1, Path("/nowhere"), told)
    assert buyer.done == ["speak-1", "speak-2", "speak-3"]
