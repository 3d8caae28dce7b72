"""The documents of a project, and what a preview must be like."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from services.tasks import project_files
from services.tasks.project_previews import is_preview_id, names_for, read_screenplay
from shared.errors import Invalid
from tests.tasks.project_world import PLAY, json_of

CONTENT = project_files.documents(PLAY)
START = "users/7/output/projects/haunted-mansion"


def test_the_four_documents_tell_everything_in_plain_json() -> None:
    assert tuple(CONTENT) == project_files.NAMES
    assert json.loads(CONTENT["project.json"]) == {
        "name": "haunted-mansion",
        "prompt": "A mystery in a haunted mansion",
        "language": "en",
        "style": "gothic horror",
        "total_duration": 16.0,
        "scene_count": 2,
        "character_count": 2,
        "sequence_count": 2,
        "shot_count": 5,
    }
    for name in ("scenes", "characters", "sequences"):
        assert json.loads(CONTENT[f"{name}.json"]) == json_of(getattr(PLAY, name))
    assert b"\n  " in CONTENT["scenes.json"]
    assert project_files.read(CONTENT) == PLAY


@pytest.mark.parametrize(
    "damage",
    [
        {"scenes.json": b""},
        {"scenes.json": b"[]"},
        {"scenes.json": b"{}"},
        {"project.json": b"\xff\xfe"},
        {"characters.json": b'[{"id": "\xff", "name": "", "role": ""}]'},
        {"project.json": CONTENT["project.json"].replace(b"16.0", b"17.0")},
    ],
)
def test_damaged_documents_are_no_project(damage: dict[str, bytes]) -> None:
    assert project_files.read({**CONTENT, **damage}) is None


@pytest.mark.parametrize("missing", project_files.NAMES)
def test_a_missing_document_is_noticed(missing: str) -> None:
    assert project_files.read({name: data for name, data in CONTENT.items() if name != missing}) is None


def test_keys_tell_version_and_content() -> None:
    first = project_files.artifacts_of("7", PLAY.name, 12, CONTENT)
    assert [one.name for one in first] == list(project_files.NAMES)
    assert [one.key.rpartition("/")[2] for one in first] == list(project_files.NAMES)
    assert first[0].key.startswith(f"{START}/v12-")
    assert [one.size_bytes for one in first] == [len(CONTENT[one.name]) for one in first]
    assert {one.media_type for one in first} == {"application/json"}
    assert project_files.version_of(first) == 12
    other = project_files.documents(replace(PLAY, style="noir"))
    assert project_files.artifacts_of("7", PLAY.name, 12, CONTENT) == first
    assert project_files.artifacts_of("7", PLAY.name, 12, other)[0].key != first[0].key


def test_older_versions_are_told_from_newer_ones_and_from_other_projects() -> None:
    keys = [
        f"{START}/v1-ab/project.json",
        f"{START}/v1-ab/scenes.json",
        f"{START}/v1-cd/project.json",
        f"{START}/v9-ab/project.json",
        f"{START}/v10-ab/project.json",
        f"{START}/notes.txt",
        f"{START}-2/v1-ab/project.json",
        "users/7/output/projects/other/v1-ab/project.json",
    ]
    assert project_files.left_over("7", PLAY.name, keys, 9) == [f"{START}/{one}" for one in ("v1-ab", "v1-cd", "v9-ab")]
    assert project_files.left_over("7", PLAY.name, keys, 0) == []


def test_names_are_numbered_and_stay_names() -> None:
    names = list(names_for("mansion"))
    assert (names[:3], names[-1], len(names)) == (["mansion", "mansion-2", "mansion-3"], "mansion-100", 100)
    long = list(names_for("a" * 60 + "-bc"))
    assert long[0] == "a" * 60 + "-bc"
    assert (long[1], long[-1]) == ("a" * 60 + "-2", "a" * 59 + "-100")
    assert len(set(long)) == 100
    assert max(map(len, long)) == 63


def test_preview_ids_and_files() -> None:
    assert is_preview_id("preview_0a1b")
    assert not any(map(is_preview_id, ("", "a.b", "*", ">", "a b", "x" * 101, "ü")))
    assert read_screenplay(json.dumps(json_of(PLAY)).encode()) == PLAY
    for bad in (b"", b"{}", b"\xff", b'"\xff"'):
        with pytest.raises(Invalid, match=r"^Preview file corrupted or invalid$"):
            read_screenplay(bad)
