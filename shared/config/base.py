"""Where all settings come from: `TALEWRIGHT_*` variables, and files in the folder `TALEWRIGHT_SECRETS_DIR`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from pydantic import ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from shared.errors import Invalid

PREFIX = "TALEWRIGHT_"
SECRETS_DIR = "TALEWRIGHT_SECRETS_DIR"


class Fault(msgspec.Struct, frozen=True):
    """Something that is wrong with one variable. `grave` false: worth saying, but no reason not to start.

    The three make a sentence: `wrong` is the predicate, `expected` says what to do. Neither holds a secret.
    """

    variable: str
    wrong: str
    expected: str
    grave: bool = True

    def __str__(self) -> str:
        return f"{self.variable} {self.wrong}; {self.expected}"


class Faulty(ValueError):
    """Raised by a validator that knows which variable is to blame."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class FromEnvironment(BaseSettings):
    """The root of all settings classes.

    A variable wins over a file, and an empty one counts as not set: that is how Compose passes on what is not there.
    A file is named like its variable in lower case, `talewright_s3_secret_key`. What is given never shows in an error.
    A list is JSON, or its items with commas between.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="ignore",
        env_ignore_empty=True,
        enable_decoding=False,  # by us, below: a list that is none is then one fault among the others
        hide_input_in_errors=True,
        validate_default=False,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _from_text(cls, value: object, info: ValidationInfo) -> object:
        field = cls.model_fields.get(info.field_name or "")
        if field is None or not isinstance(value, str):
            return value
        kind = get_origin(field.annotation)
        if kind is Literal and value.isdigit() and int(value) in get_args(field.annotation):
            return int(value)
        return _items(value) if kind is tuple else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """See `BaseSettings`: the folder is asked for when settings are read, not when the class is made."""
        folder = secrets_dir()
        files = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder else ()
        return (init_settings, env_settings, *files)

    def faults(self) -> Iterator[Fault]:
        """What is wrong with these values together; each class adds its own and asks the next one."""
        yield from ()

    def check(self) -> None:
        """Raises `Invalid` with all grave faults."""
        grave = [str(fault) for fault in self.faults() if fault.grave]
        if grave:
            raise Invalid("\n".join(grave))


def _items(text: str) -> object:
    if not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        return msgspec.json.decode(text, type=list[Any])
    except msgspec.MsgspecError as error:
        raise ValueError("expected a JSON list, or items with commas between") from error


def secrets_dir() -> Path | None:
    """The folder with secrets as files, if one is named and there."""
    told = os.environ.get(SECRETS_DIR, "")
    return Path(told) if told and Path(told).is_dir() else None
