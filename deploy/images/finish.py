"""Finishes what an image holds; run by the Dockerfile in the build stage. Needs nothing but Python.

finish.py packages VENV             drops what nothing reads at run time, compiles the rest
finish.py project VENV APP TOML     compiles the project's own packages, and notes its name and version, which a
                                    service reads with `importlib.metadata`
"""

from __future__ import annotations

import compileall
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

USELESS_SUFFIXES = {".pyi", ".pyx", ".pxd", ".c", ".h", ".hpp", ".a"}
"""Sources and type stubs that compilers and editors read."""
TEXT = "janome/sysdic/entries_*[0-9].py"
"""The Japanese dictionary's entries are mapped into memory as text: nobody loads their bytecode."""
TABLES = ("janome/sysdic/fst_data*.py", "janome/sysdic/connections*.py")
"""Its tables are imported: nobody reads their source."""


def useless(packages: Path) -> Iterator[Path]:
    """Files and folders of installed packages that no running program opens."""
    for path in packages.rglob("*"):
        if path.name == "tests" if path.is_dir() else path.suffix in USELESS_SUFFIXES:
            yield path
    yield from packages.glob("cv2/data/haarcascade_*.xml")


def remove(path: Path) -> int:
    """Removes a file or folder and says how many bytes that freed."""
    if not path.exists():  # below a folder that is gone already
        return 0
    if path.is_file():
        size = path.stat().st_size
        path.unlink()
        return size
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    shutil.rmtree(path)
    return size


def compile_all(folder: Path) -> None:
    """Compiles every module, for ever: the file system is read-only, so nobody has to look whether a source changed."""
    done = compileall.compile_dir(folder, quiet=1, workers=0, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    if not done:
        raise SystemExit(f"{folder} does not compile.")


def halve_dictionary(packages: Path) -> int:
    """Keeps of each dictionary file the half that is read, and says how many bytes that freed."""
    freed = sum(remove(compiled_of(source)) for source in packages.glob(TEXT))
    for source in [found for pattern in TABLES for found in packages.glob(pattern)]:
        compiled_of(source).replace(source.with_suffix(".pyc"))
        freed += remove(source)
    return freed


def compiled_of(source: Path) -> Path:
    """Where a module's bytecode is."""
    return source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"


def note_version(packages: Path, pyproject: Path) -> None:
    """Tells `importlib.metadata` which version this is."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    folder = packages / f"{project['name']}-{project['version']}.dist-info"
    folder.mkdir()
    text = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (folder / "METADATA").write_text(text, encoding="utf-8")


def packages_of(venv: Path) -> Path:
    """Where a virtual environment has its packages."""
    (found,) = venv.glob("lib/python3*/site-packages")
    return found


def main(step: str, venv: Path, *more: Path) -> None:
    """Finishes one image's files."""
    packages = packages_of(venv)
    if step == "project":
        app, pyproject = more
        compile_all(app)
        note_version(packages, pyproject)
        return
    freed = sum(remove(path) for path in list(useless(packages)))
    compile_all(packages)
    freed += halve_dictionary(packages)
    sys.stdout.write(f"Left out {freed / 1e6:.0f} MB that nothing reads.\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
