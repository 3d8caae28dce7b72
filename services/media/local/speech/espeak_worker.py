"""Child process: speaks texts with espeak-ng and writes the samples and the word events to standard output.

Started by path in a fresh, isolated interpreter for every page: the engine's flutter starts from the same state each
time, so the same page always sounds the same; a crash costs one page; and the GPL library is never loaded into the
service. Standard library only, no project imports.

Request (JSON on standard input): library, data, name, rate, pitch, range, texts, cpu_s, max_s.
Answer: a line with the sample rate, then for every text a line `{"bytes": n, "words": [[index, ms], ...]}` followed
by n bytes of mono 16-bit samples. `index` counts characters from 0, `ms` from the text's first sample.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_WORD = 1
_SEED = 1


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Samples = ctypes.POINTER(ctypes.c_short)
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, _Samples, ctypes.c_int, ctypes.POINTER(_Event))


class _Engine:
    def __init__(self, request: dict[str, Any]) -> None:
        self._library = ctypes.CDLL(request["library"])
        self._declare()
        data = request["data"].encode() if request["data"] else None
        self.rate_hz = self._library.espeak_Initialize(_SYNCHRONOUS, 60, data, _DO_NOT_EXIT)
        if self.rate_hz <= 0:
            raise SystemExit("the engine does not start")
        self._sow()
        self._most_bytes = int(request["max_s"]) * self.rate_hz * 2
        self._sound = bytearray()
        self._words: list[tuple[int, int]] = []
        self._callback = _Callback(self._take)  # kept: the library holds only a pointer
        self._library.espeak_SetSynthCallback(self._callback)
        if self._library.espeak_SetVoiceByName(request["name"].encode()):
            raise SystemExit(f"the engine has no voice {request['name']}")
        settings = (_RATE, request["rate"]), (_VOLUME, 100), (_PITCH, request["pitch"]), (_RANGE, request["range"])
        for parameter, value in settings:
            self._library.espeak_SetParameter(parameter, value, 0)

    def _declare(self) -> None:
        number, pointer = ctypes.c_int, ctypes.c_void_p
        self._library.espeak_Initialize.argtypes = (number, number, ctypes.c_char_p, number)
        self._library.espeak_SetVoiceByName.argtypes = (ctypes.c_char_p,)
        self._library.espeak_SetParameter.argtypes = (number, number, number)
        self._library.espeak_Synth.argtypes = (
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, number, ctypes.c_uint, ctypes.c_uint, pointer, pointer,
        )  # fmt: skip

    def _sow(self) -> None:
        """The engine starts its flutter and breath from the clock; the same page shall sound the same tomorrow."""
        if hasattr(self._library, "espeak_ng_SetRandSeed"):  # since 1.52
            self._library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        index = 0
        while events[index].type:
            event = events[index]
            if event.type == _WORD:
                self._words.append((event.text_position - 1, event.audio_position))
            index += 1
        return int(len(self._sound) > self._most_bytes)  # 1 stops the engine

    def speak(self, text: str) -> tuple[bytes, list[tuple[int, int]]]:
        self._sound.clear()
        self._words.clear()
        raw = text.encode()
        if self._library.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, _UTF8, None, None):
            raise SystemExit("the engine cannot speak")
        if len(self._sound) > self._most_bytes:
            raise SystemExit("the text takes too long to say")
        return bytes(self._sound), list(self._words)


def _limit(cpu_s: int) -> None:
    """A child that nobody waits for any more ends by itself, and a crash leaves no core file."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """One request from standard input, one answer to standard output."""
    request = json.load(sys.stdin.buffer)
    _limit(request["cpu_s"])
    engine = _Engine(request)
    out = sys.stdout.buffer
    out.write(b"%d\n" % engine.rate_hz)
    for text in request["texts"]:
        sound, words = engine.speak(text)
        out.write(json.dumps({"bytes": len(sound), "words": words}).encode() + b"\n" + sound)


if __name__ == "__main__":
    main()
