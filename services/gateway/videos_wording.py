"""A video as its owner sees it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.gateway.views import ArtifactView, TaskView
from shared.clock import rfc3339
from shared.contracts.script import Script

FILM = "output.mp4"

Sign = Callable[[str], str]
"""A URL for a key."""


def status_of(task: TaskView) -> str:
    """queued, processing, completed or failed."""
    if task.status == "running":
        return "processing"
    return task.status if task.status in ("completed", "failed") else "queued"


def image_id(task: str, page: int) -> str:
    """A picture's id: as hard to guess as the video's."""
    return f"{task}-{page}"


def page_of(image: str) -> tuple[str, int]:
    """The video and the page behind a picture's id; page 0 for what is no such id."""
    task, _, page = image.rpartition("-")
    return task, int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0


def heading(task: TaskView) -> dict[str, Any]:
    """What every answer about a video begins with."""
    return {
        "task_id": task.task,
        "status": status_of(task),
        "created_at": rfc3339(task.created_ms),
        "updated_at": rfc3339(task.updated_ms),
    }


def described(task: TaskView, files: Sequence[ArtifactView], script: Script | None, sign: Sign) -> dict[str, Any]:
    """Everything about a video."""
    film = next((one for one in files if one.name == FILM), None)
    return {
        **heading(task),
        "progress": task.progress,
        "url": sign(film.key) if film else None,
        "story_title": task.title,
        "story_description": script.description if script else "",
        "story_text": story_text(script),
        "error_message": task.error or None,
        "images": images_of(task, files, script, sign),
    }


def story_text(script: Script | None) -> str:
    """The whole story, a paragraph a page."""
    return "\n\n".join(page.text for page in script.pages) if script else ""


def images_of(task: TaskView, files: Sequence[ArtifactView], script: Script | None, sign: Sign) -> list[dict[str, Any]]:
    """One picture for each page of the story, in its order."""
    drawn = {one.item: one for one in files if one.kind == "draw_image"}
    pages = script.pages if script else ()
    return [_image(task, page.number, page.text, drawn.get(page.number), sign) for page in pages]


def _image(task: TaskView, page: int, text: str, file: ArtifactView | None, sign: Sign) -> dict[str, Any]:
    return {
        "id": image_id(task.task, page),
        "status": _image_status(task, page, file),
        "urls": versions_of(file, sign),
        "subtitles": text,
        "created_at": rfc3339(file.created_ms if file else task.created_ms),
        "updated_at": rfc3339(file.updated_ms if file else task.updated_ms),
    }


def versions_of(file: ArtifactView | None, sign: Sign) -> list[str]:
    """All versions of a picture, the first one first."""
    return [sign(key) for key in (*file.older, file.key)] if file else []


def _image_status(task: TaskView, page: int, file: ArtifactView | None) -> str:
    if task.redraw_page == page:
        return "processing"
    if file:
        return "completed"
    return {"running": "processing", "failed": "failed"}.get(task.status, "queued")
