"""Made-up stories to film: pictures full of detail, speech as sine tones, sentences in all our languages."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np

from services.media.model import Hero, Page, PageSpeech, Scene, Script, SpokenPiece, Word
from shared.contracts.values import AspectRatio, Language

SENTENCES: dict[str, str] = {
    "english": "The old lighthouse keeper lit the lamp, and the whole bay began to glow.",
    "czech": "Starý strážce majáku rozsvítil lampu a celá zátoka začala zářit.",
    "danish": "Den gamle fyrpasser tændte lampen, og hele bugten begyndte at gløde.",
    "dutch": "De oude vuurtorenwachter stak de lamp aan en de hele baai begon te gloeien.",
    "french": "Le vieux gardien du phare alluma la lampe, et toute la baie se mit à briller.",
    "german": "Der alte Leuchtturmwärter zündete die Lampe an, und die ganze Bucht glühte.",
    "greek": "Ο γέρος φαροφύλακας άναψε τη λάμπα και όλος ο κόλπος άρχισε να λάμπει.",
    "hindi": "बूढ़े प्रकाशस्तंभ रक्षक ने दीपक जलाया और पूरी खाड़ी चमकने लगी।",
    "indonesian": "Penjaga mercusuar tua menyalakan lampu, dan seluruh teluk mulai bersinar.",
    "italian": "Il vecchio guardiano del faro accese la lampada e tutta la baia cominciò a brillare.",
    "chinese": "年老的灯塔看守人点亮了灯，整个海湾开始发光，孩子们都跑到岸边观看。",
    "japanese": "年老いた灯台守がランプに火を灯すと、湾全体が輝きはじめ、子どもたちは岸辺へ走りました。",
    "norwegian": "Den gamle fyrvokteren tente lampen, og hele bukten begynte å gløde.",
    "polish": "Stary latarnik zapalił lampę i cała zatoka zaczęła świecić, aż żółć pękała.",
    "portuguese": "O velho faroleiro acendeu a lâmpada e toda a baía começou a brilhar de emoção.",
    "russian": "Старый смотритель маяка зажёг лампу, и вся бухта начала светиться.",
    "spanish": "¿Quién encendió la lámpara? El viejo farero, y toda la bahía comenzó a brillar.",
    "swedish": "Den gamla fyrvaktaren tände lampan och hela viken började glöda på ett ögonblick.",
    "turkish": "Yaşlı deniz feneri bekçisi lambayı yaktı ve bütün koy ışıldamaya başladı.",
    "ukrainian": "Старий доглядач маяка запалив лампу, і вся бухта почала світитися, наче їжак.",
}


def words(text: str, start_ms: int, duration_ms: int) -> tuple[Word, ...]:
    """The words of a sentence (or pairs of CJK characters), evenly timed."""
    tokens = text.split() if " " in text else [text[i : i + 2] for i in range(0, len(text), 2)]
    step = duration_ms / max(1, len(tokens))
    return tuple(
        Word(token, round(start_ms + i * step), round(start_ms + (i + 0.9) * step)) for i, token in enumerate(tokens)
    )


def speech(page: int, text: str, duration_ms: int) -> PageSpeech:
    """A page that says one sentence; none when the text is empty."""
    if not text:
        return PageSpeech(page=page, pieces=(), duration_ms=0)
    piece = SpokenPiece(
        file=f"s{page}_1.wav", text=text, start_ms=0, duration_ms=duration_ms, words=words(text, 0, duration_ms)
    )
    return PageSpeech(page=page, pieces=(piece,), duration_ms=duration_ms)


def script(pages: int, language: Language = "english", aspect_ratio: AspectRatio = "16:9", title: str = "A") -> Script:
    """A script of so many pages; the texts stand in the speeches."""
    scene = Scene(place="sea", time="night")
    return Script(
        title=title, description="Made up.", language=language, genre="bedtime", style="cinematic", voice="nova",
        aspect_ratio=aspect_ratio, seed=11, hero=Hero(name="Mo", kind="fox"),
        pages=tuple(Page(number=i + 1, text="", scene=scene) for i in range(pages)),
    )  # fmt: skip


def picture(file: Path, size_px: tuple[int, int], seed: int) -> Path:
    """A picture with soft light, hard edges and fine grain, such as encoders have to work for."""
    width, height = size_px
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    base = np.stack([90 + 80 * np.sin(x / (90 + 30 * c) + seed + c) * np.cos(y / 120 - c) for c in range(3)], -1)
    for _ in range(60):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        colour = tuple(float(v) for v in rng.integers(10, 245, 3))
        cv2.circle(base, centre, int(rng.integers(6, 90)), colour, int(rng.choice([-1, 2, 5])), cv2.LINE_AA)
    base += cv2.GaussianBlur(rng.normal(0, 25, base.shape).astype(np.float32), (0, 0), 1.1)
    cv2.imwrite(str(file), np.clip(base, 0, 255).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return file


def tone(file: Path, duration_ms: int, hz: float = 220.0) -> Path:
    """A mono 16-bit sine."""
    t = np.arange(22050 * duration_ms // 1000) / 22050
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 22050, 0, "NONE", ""))
        out.writeframes((np.sin(2 * np.pi * hz * t) * 9000).astype("<i2").tobytes())
    return file


def ffmpeg(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Runs ffmpeg and returns what it said; the caller looks at the outcome."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-y", "-loglevel", "warning", *arguments]
    return subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, check=False)


def packets(file: Path, stream: str = "v") -> list[tuple[int, int]]:
    """Presentation time and duration of every packet of a stream, in its time base, sorted by time."""
    listed = ffmpeg("-i", file, "-map", f"0:{stream}:0", "-c", "copy", "-f", "framecrc", "-").stdout.decode()
    rows = [line.split(",") for line in listed.splitlines() if not line.startswith("#")]
    return sorted((int(row[2]), int(row[3])) for row in rows)


def luma(file: Path, size_px: tuple[int, int], start_s: float = 0.0, frames: int | None = None) -> np.ndarray:
    """A film's brightness scaled to `size_px`, as (frames, height, width) float32."""
    count = [] if frames is None else ["-frames:v", str(frames)]
    raw = ffmpeg(
        "-ss", f"{start_s:.4f}", "-i", file, *count, "-vf", f"scale={size_px[0]}:{size_px[1]}:flags=area",
        "-pix_fmt", "gray", "-f", "rawvideo", "-",
    ).stdout  # fmt: skip
    return np.frombuffer(raw, np.uint8).reshape(-1, size_px[1], size_px[0]).astype(np.float32)
