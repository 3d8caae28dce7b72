"""Sound to an AAC file through ffmpeg."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from services.media.local.sound.signal import FILM_RATE_HZ, Sound
from shared.errors import Unavailable

_BIT_RATE = "160k"


def write_aac(sound: Sound, file: Path) -> None:
    """Writes the stereo sound at 48 kHz as an .m4a of exactly its length; a file that is there is whole.

    Raises Unavailable where ffmpeg fails or takes longer than the film lasts.
    """
    part = file.with_suffix(".part.m4a")
    source = ["-f", "f32le", "-ar", str(FILM_RATE_HZ), "-ac", "2", "-i", "pipe:0"]
    # At this bit rate the fast coder is as close to the sound as the thorough one, in half the time.
    coder = [
        "-c:a",
        "aac",
        "-aac_coder",
        "fast",
        "-b:a",
        _BIT_RATE,
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:a",
        "+bitexact",
    ]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *source, *coder]
    command += ["-movflags", "+faststart", str(part)]
    try:
        _run(command, sound)
        os.replace(part, file)
    except (OSError, subprocess.SubprocessError) as error:
        complaint = getattr(error, "stderr", None) or str(error).encode()
        raise Unavailable(f"The sound track cannot be encoded: {complaint.decode(errors='replace')[-300:]}") from error
    finally:
        part.unlink(missing_ok=True)


def _run(command: list[str], sound: Sound) -> None:
    timeout_s = 60 + len(sound) / FILM_RATE_HZ
    raw = np.ascontiguousarray(sound, "<f4").reshape(-1).view(np.uint8).data  # a view: the film is long
    subprocess.run(command, input=raw, capture_output=True, check=True, timeout=timeout_s)
