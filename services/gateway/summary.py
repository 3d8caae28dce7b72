"""`segment_N.txt`: what a finished segment left, for people to read. Pure: the same task gives the same text."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.gateway.views import ArtifactView, TaskView
from shared.contracts.script import Script


def summary_of(task: TaskView, number: int, files: Sequence[ArtifactView], script: Script | None) -> str:
    """The text for a segment of a task; a segment that writes a script has it told."""
    segment = task.segment(number)
    name = segment.name if segment else ""
    lines = [f"Segment {number}: {name}", f"Task: {task.task}", f"Topic: {task.brief.get('topic', '')}"]
    if task.title:
        lines.append(f"Title: {task.title}")
    lines += ["Status: completed", "", f"Files: {len(files)}"]
    lines += [f"- {one.name}  {one.media_type}  {one.size_bytes} bytes" for one in files]
    if script is not None:
        lines += _told(script)
    return "\n".join(lines) + "\n"


def script_in(document: bytes) -> Script | None:
    """The script in a file, if it is one."""
    try:
        return msgspec.json.decode(document, type=Script)
    except msgspec.MsgspecError:
        return None


def _told(script: Script) -> list[str]:
    lines = ["", script.title, "", script.description]
    for page in script.pages:
        lines += ["", f"Page {page.number}", page.text]
        lines += [f"  {number}. {piece}" for number, piece in enumerate(page.pieces, 1)]
    return lines
