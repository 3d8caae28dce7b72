"""Settings read with everything that is wrong with them told at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pydantic import ValidationError

from shared.config.base import PREFIX, Fault, FromEnvironment, secrets_dir
from shared.config.names import known_names, strangers
from shared.config.words import faults_of
from shared.errors import TalewrightError

S = TypeVar("S", bound=FromEnvironment)


class BadSettings(TalewrightError):
    """The settings cannot be used."""

    code = "bad-settings"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def load(kind: type[S]) -> S:
    """The settings of this process. Raises `BadSettings` with one line for each thing that is wrong."""
    settings, faults = examine(kind)
    grave = [fault for fault in faults if fault.grave]
    if settings is None or grave:
        raise BadSettings(grave)
    return settings


def examine(kind: type[S]) -> tuple[S | None, list[Fault]]:
    """The settings, unless they cannot even be read, and all that is wrong with them or worth saying."""
    odd = list(strangers({**dict(_file_names()), **os.environ}, known_names()))
    try:
        settings = kind()
    except ValidationError as error:
        return None, [*faults_of(error, kind), *odd]
    except OSError as error:
        where = f"{error.filename}: {error.strerror}"
        return None, [
            Fault("TALEWRIGHT_SECRETS_DIR", f"holds a file that cannot be read ({where})", "expected rights to it")
        ]
    return settings, [*settings.faults(), *odd]


def _file_names() -> Iterator[tuple[str, str]]:
    """Files with secrets as if they were variables; the system's own entries beside them are left out."""
    folder = secrets_dir()
    for file in sorted(folder.iterdir()) if folder else ():
        if file.name.upper().startswith(PREFIX):
            yield file.name, ""
