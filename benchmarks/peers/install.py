"""What a peer needs to run, in a folder of its own: a virtualenv with pinned packages, and server programs.

Everything stays below `BENCH_DIR` (without it: `.talewright/bench` in the project); nothing is installed on the system.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

_PROJECT = Path(__file__).resolve().parents[2]
_INSTALLED_RE = re.compile(r"^Inst (\S+)", re.MULTILINE)


class CannotInstall(Exception):
    """The message says what is missing and how to get it."""


class Programs(msgspec.Struct, frozen=True):
    """A folder of programs, and the environment in which they find their libraries."""

    folder: Path
    environment: dict[str, str]

    def path(self, name: str) -> str:
        """Where one of them is."""
        return str(self.folder / name)


def bench_folder() -> Path:
    """Where peers are kept between runs; made if needed."""
    folder = Path(os.environ.get("BENCH_DIR") or _PROJECT / ".talewright" / "bench").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def virtualenv(name: str, requirements: Sequence[str]) -> Path:
    """The `bin` folder of a virtualenv with these packages, made at the first call. Raises `CannotInstall`."""
    home = bench_folder() / f"venv-{name}"
    stamp, wanted = home / ".installed", "\n".join(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return home / "bin"
    print(f"  installing {', '.join(requirements)}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], check=True)
    _install(home / "bin" / "python", requirements)
    stamp.write_text(wanted)
    return home / "bin"


def _install(python: Path, requirements: Sequence[str]) -> None:
    """By pip, as it is configured here; where a virtualenv has none, by uv."""
    ways = (
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *requirements],
        [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--python", str(python), *requirements],
    )
    said = ""
    for way in ways:
        try:
            subprocess.run(way, check=True, capture_output=True, text=True)
            return
        except subprocess.CalledProcessError as error:
            said += error.stderr
        except OSError as error:
            said += f"{error}\n"
    raise CannotInstall(f"Neither pip nor uv can install {', '.join(requirements)}:\n{said.strip()}")


def programs(package: str, wanted: Sequence[str], where: str = "usr/bin") -> Programs:
    """The folder that has all the `wanted` programs: one on the PATH, else one that is installed, else one unpacked
    from Debian's package; the latter two match the glob `where`, the newest first. Raises `CannotInstall`."""
    on_path = [Path(one) for one in os.get_exec_path()]
    if found := _among([*on_path, *_newest_first(Path("/").glob(where))], wanted):
        return Programs(found, dict(os.environ))
    home = bench_folder() / f"debian-{package}"
    if not (home / ".unpacked").exists():
        _unpack(package, home)
    found = _among(_newest_first(home.glob(where)), wanted)
    if not found:
        raise CannotInstall(f"Debian's package {package} has no {' and '.join(wanted)}.")
    libraries = ":".join(str(one) for one in home.glob("usr/lib/*-linux-gnu*"))
    return Programs(found, {**os.environ, "LD_LIBRARY_PATH": libraries})


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    def version(folder: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", folder.parent.name)]

    return sorted(folders, key=version, reverse=True)


def _among(folders: Sequence[Path], wanted: Sequence[str]) -> Path | None:
    return next((one for one in folders if all(os.access(one / name, os.X_OK) for name in wanted)), None)


def _unpack(package: str, home: Path) -> None:
    """Downloads a package and whatever of its dependencies this system lacks, and unpacks them side by side."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise CannotInstall(f"{package} is not installed, and there is no apt-get to fetch it with. Install {package}.")
    print(f"  unpacking {package} and what it needs below {home}", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        plan = _run(["apt-get", "--simulate", "--no-install-recommends", "install", package], home)
        _run(["apt-get", "download", "--quiet", *_INSTALLED_RE.findall(plan)], home)
        for file in home.glob("*.deb"):
            _run(["dpkg", "-x", str(file), "."], home)
            file.unlink()
    except subprocess.CalledProcessError as error:
        raise CannotInstall(f"apt-get cannot fetch {package} (try `apt-get update`):\n{error.stderr}") from error
    (home / ".unpacked").touch()


def _run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
