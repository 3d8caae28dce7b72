"""The four documents of a project, and where they are in the bucket. Pure.

A version of the files belongs to the commit that names them: `v<commit's version>-<digest>/`. So two writers never
write the same key with different content, and whatever belongs to a version that the stream has passed is either what
the newest save names or left over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from shared.contracts import screenplay as s
from shared.contracts.values import Artifact

JSON = "application/json"
NAMES = ("project.json", "scenes.json", "characters.json", "sequences.json")

_DIGEST_CHARS = 12
_VERSION = re.compile(r"v(\d{1,12})-[0-9a-f]+")


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """`project.json`: what is not in the other three, and how much is in them. Durations are seconds."""

    name: str
    prompt: str
    language: str
    style: str
    total_duration: float
    scene_count: int
    character_count: int
    sequence_count: int
    shot_count: int


def documents(play: s.Screenplay) -> dict[str, bytes]:
    """The four documents by name: JSON that people can read."""
    parts = {
        "project.json": _heading(play),
        "scenes.json": play.scenes,
        "characters.json": play.characters,
        "sequences.json": play.sequences,
    }
    return {name: msgspec.json.format(msgspec.json.encode(part), indent=2) for name, part in parts.items()}


def read(found: Mapping[str, bytes]) -> s.Screenplay | None:
    """The screenplay in four documents; None if one is missing or says something else than the others."""
    try:
        heading = msgspec.json.decode(found["project.json"], type=Heading)
        play = s.Screenplay(
            name=heading.name,
            prompt=heading.prompt,
            language=heading.language,
            style=heading.style,
            scenes=msgspec.json.decode(found["scenes.json"], type=tuple[s.PlayScene, ...]),
            characters=msgspec.json.decode(found["characters.json"], type=tuple[s.Character, ...]),
            sequences=msgspec.json.decode(found["sequences.json"], type=tuple[s.Sequence, ...]),
        )
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return play if _heading(play) == heading else None


def _heading(play: s.Screenplay) -> Heading:
    return Heading(
        name=play.name,
        prompt=play.prompt,
        language=play.language,
        style=play.style,
        total_duration=round(sum(scene.duration for scene in play.scenes), 1),
        scene_count=len(play.scenes),
        character_count=len(play.characters),
        sequence_count=len(play.sequences),
        shot_count=sum(len(sequence.shots) for sequence in play.sequences),
    )


def folder_of(owner: str, name: str) -> str:
    """Where all versions of a project's files are."""
    return f"users/{owner}/output/projects/{name}"


def artifacts_of(owner: str, name: str, version: int, content: Mapping[str, bytes]) -> tuple[Artifact, ...]:
    """Where documents go that commit `version` of the project will name."""
    digest = hashlib.sha256(b"".join(content.values())).hexdigest()[:_DIGEST_CHARS]
    folder = f"{folder_of(owner, name)}/v{version}-{digest}"
    return tuple(
        Artifact(name=each, key=f"{folder}/{each}", media_type=JSON, size_bytes=len(data))
        for each, data in content.items()
    )


def version_of(files: Sequence[Artifact]) -> int:
    """The version that these files of a project belong to."""
    folder = files[0].key.rsplit("/", 2)[1]
    return int(folder[1:].partition("-")[0])


def left_over(owner: str, name: str, keys: Iterable[str], upto: int) -> list[str]:
    """The folders among a project's keys whose version is `upto` or earlier."""
    start = folder_of(owner, name) + "/"
    folders = {key[len(start) :].partition("/")[0] for key in keys if key.startswith(start)}
    return sorted(start + one for one in folders if (found := _VERSION.fullmatch(one)) and int(found[1]) <= upto)
