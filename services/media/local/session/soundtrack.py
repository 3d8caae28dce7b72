"""The sound under a film: anything that ffmpeg can decode, made as long and as loud as the film wants it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from services.media.local.film import ffmpeg
from services.media.local.sound.encode import write_aac
from services.media.local.sound.mix import at_target
from services.media.local.sound.signal import FILM_RATE_HZ, Sound, raised_cosine
from shared.errors import Invalid, Unavailable

FADE_OUT_S = 2.0
_JOIN_S = 0.04
_SHORTEST_S = 0.02

# Only containers that hold sound themselves: a playlist could name other files of this machine or its network.
FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp2,mp3,mpeg,mpegts,"
    "ogg,tta,w64,wav,wv"
)


def check_sound(file: Path, folder: Path, stop: ffmpeg.Stop) -> None:
    """Decodes the beginning. Raises Invalid with the reason where there is no sound that can be decoded."""
    if not len(_decoded(file, 1.0, folder, stop)):
        raise Invalid("The sound file holds no sound.")


def write_soundtrack(audio: Path | None, frames: int, fps: int, file: Path, folder: Path, stop: ffmpeg.Stop) -> None:
    """Writes the AAC track (.m4a) for a film of so many frames: the sound at -16 LUFS, or silence without one.

    Sound that is shorter than the film begins again, longer sound is left out; the end fades.
    """
    count = frames * FILM_RATE_HZ // fps
    sound = np.zeros((count, 2), np.float32)
    if audio is not None:
        given = _decoded(audio, count / FILM_RATE_HZ, folder, stop)
        sound = _faded(at_target(looped(given, count)))
    stop.check()
    write_aac(sound, file)


def looped(sound: Sound, count: int) -> Sound:
    """The stereo sound cut to `count` samples, or begun again, blended over its own end, until it has so many."""
    if len(sound) >= count:
        return sound[:count]
    if len(sound) < _SHORTEST_S * FILM_RATE_HZ:
        raise Invalid("The sound file holds no sound.")
    join = min(round(_JOIN_S * FILM_RATE_HZ), len(sound) // 4)
    step = len(sound) - join
    ramp = raised_cosine(join)[:, None]
    whole = np.zeros((count + len(sound), 2), np.float32)
    for start in range(0, count, step):
        part = sound.copy()
        if start:
            part[:join] *= ramp
        part[-join:] *= ramp[::-1]
        whole[start : start + len(part)] += part
    return whole[:count]


def _faded(sound: Sound) -> Sound:
    size = min(round(FADE_OUT_S * FILM_RATE_HZ), len(sound) // 4)
    if size:
        sound = sound.copy()
        sound[-size:] *= raised_cosine(size)[::-1, None]
    return sound


def _decoded(audio: Path, seconds: float, folder: Path, stop: ffmpeg.Stop) -> Sound:
    raw = folder / "sound.raw"
    arguments = [
        "-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-t", f"{seconds:.4f}",
        "-i", str(audio.absolute()),
        "-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "2", "-ar", str(FILM_RATE_HZ), "-f", "f32le", raw.name,
    ]  # fmt: skip
    try:
        ffmpeg.run(arguments, folder, stop)
    except Unavailable as error:
        raise Invalid(f"The sound file cannot be decoded: {_reason(error.message)}") from error
    sound = np.fromfile(raw, "<f4")
    return np.asarray(np.nan_to_num(sound[: len(sound) // 2 * 2].reshape(-1, 2)), np.float32)


def _reason(words: str) -> str:
    """What was wrong, without the names of this machine's files: with nothing to write, ffmpeg blames its output."""
    return "it has no sound." if "output file" in words else "it is damaged, or not a sound file that is accepted."
