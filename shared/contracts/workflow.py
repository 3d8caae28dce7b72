"""A workflow is data: segments in order, each with its waves of jobs.

A wave starts when the one before is done; its groups run side by side. A group is one job for every page of the
story, one for every item that was ordered, or one for the whole. After a segment with a gate, somebody has to approve
some of its results before the next one runs.
"""

from __future__ import annotations

from typing import Literal

import msgspec

JobKind = Literal[
    "write_story", "draw_image", "split_text", "speak_page", "render_clip", "mix_sound", "assemble_video",
    "draw_picture", "animate_picture", "compose_video", "write_screenplay", "purge_artifacts",
]  # fmt: skip


class Group(msgspec.Struct, frozen=True):
    """Jobs of one kind: one a page, one an ordered item, or one for the whole story."""

    kind: JobKind
    per: Literal["page", "item", "whole"] = "whole"


Wave = tuple[Group, ...]


class Segment(msgspec.Struct, frozen=True):
    """A step that users ask for by its number, counted from 1."""

    id: int
    name: str
    waves: tuple[Wave, ...]
    gate: bool = False


class Workflow(msgspec.Struct, frozen=True):
    """An ordered list of segments. A task keeps the version it was created with."""

    name: str
    version: int
    segments: tuple[Segment, ...]


STORY = Workflow(
    "story",
    1,
    (
        Segment(1, "Story", ((Group("write_story"),),)),
        Segment(2, "Image", ((Group("draw_image", "page"),),)),
        Segment(3, "Split", ((Group("split_text"),),)),
        Segment(4, "Speech", ((Group("speak_page", "page"),),)),
        Segment(5, "Video", ((Group("render_clip", "page"), Group("mix_sound")), (Group("assemble_video"),))),
    ),
)
"""The default five steps, served while nobody has defined another workflow of this name."""

SESSION = Workflow(
    "session",
    1,
    (
        Segment(1, "Images", ((Group("draw_picture", "item"),),), gate=True),
        Segment(2, "Clips", ((Group("animate_picture", "item"),),), gate=True),
        Segment(3, "Compose", ((Group("compose_video"),),)),
    ),
)
"""Pictures, approve, clips, approve, film."""

SCREENPLAY = Workflow("screenplay", 1, (Segment(1, "Screenplay", ((Group("write_screenplay"),),)),))
"""What a project's preview is made by."""
