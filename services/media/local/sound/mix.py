"""The film's sound track: narration in a small room, music that steps back under it, broadcast loudness."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.media.local.sound.assembly import page_narration
from services.media.local.sound.bed import music_bed
from services.media.local.sound.dynamics import compress, duck
from services.media.local.sound.encode import write_aac
from services.media.local.sound.loudness import SILENCE_LUFS, limit, loudness_lufs
from services.media.local.sound.room import parlour
from services.media.local.sound.signal import BED_RATE_HZ, FILM_RATE_HZ, Sound, convolve, gain_of, resample
from services.media.local.sound.timbre import timbre_curve
from services.media.model import PageSpeech, Script

TARGET_LUFS = -16.0
MUSIC_LU = -17.0
"""The music alone, against the voice. Ducked it is 28 LU below: accessibility rules ask for 20 at least."""
_ROOM_DB = -19.0


def mix_sound_track(
    script: Script,
    speeches: Sequence[PageSpeech],
    page_starts_ms: Sequence[int],
    total_ms: int,
    folder: Path,
    file: Path,
) -> None:
    """Writes the AAC sound track (48 kHz, stereo, 160 kb/s) of `total_ms` at -16 LUFS into `file`.

    `page_starts_ms[i]` is where the narration of `speeches[i]` begins on the film's time line; its WAVs are in
    `folder`. Blocks for about a second. Raises Unavailable for WAVs that cannot be read and where ffmpeg fails.
    """
    voice = narration_track(speeches, page_starts_ms, total_ms, folder)
    music = music_bed(script.genre, script.seed, total_ms)
    write_aac(at_target(blend(voice, music)), file)


def narration_track(
    speeches: Sequence[PageSpeech], page_starts_ms: Sequence[int], total_ms: int, folder: Path
) -> Sound:
    """All pages on the film's time line: mono, 48 kHz, evened out, -16 LUFS. What reaches past the end is cut."""
    pages = [page_narration(speech, folder) for speech in speeches]
    curves = {rate_hz: timbre_curve(pages, rate_hz) for _, rate_hz in pages}
    track = np.zeros(total_ms * FILM_RATE_HZ // 1000, np.float32)
    for (sound, rate_hz), start_ms in zip(pages, page_starts_ms, strict=True):
        page = resample(sound, rate_hz, FILM_RATE_HZ, curves[rate_hz])
        start = start_ms * FILM_RATE_HZ // 1000
        room = track[start : start + len(page)]
        room += page[: len(room)]
    return _scaled(compress(track), FILM_RATE_HZ, TARGET_LUFS)


def blend(voice: Sound, music: Sound) -> Sound:
    """The mono voice (48 kHz) over the music (stereo, 24 kHz), in stereo at 48 kHz."""
    under = duck(_scaled(music, BED_RATE_HZ, TARGET_LUFS + MUSIC_LU), BED_RATE_HZ, voice)
    echo = convolve(resample(voice, FILM_RATE_HZ, BED_RATE_HZ)[: len(under)], parlour())
    under[: len(echo)] += echo * np.float32(gain_of(_ROOM_DB))
    film = resample(under, BED_RATE_HZ, FILM_RATE_HZ)[: len(voice)]
    return np.asarray(film + voice[: len(film), None], np.float32)


def at_target(film: Sound) -> Sound:
    """-16 LUFS with no peak above the ceiling. Where the limiter takes some loudness away, it is given back once."""
    limited = limit(_scaled(film, FILM_RATE_HZ, TARGET_LUFS))
    return limit(_scaled(limited, FILM_RATE_HZ, TARGET_LUFS))


def _scaled(sound: Sound, rate_hz: int, target_lufs: float) -> Sound:
    loudness = loudness_lufs(sound, rate_hz)
    if loudness <= SILENCE_LUFS:
        return sound
    return sound * np.float32(gain_of(target_lufs - loudness))
