"""What is done for each kind of job, over the ports: the routing table."""

from __future__ import annotations

from services.media.works.screenplay import write_screenplay
from services.media.works.session import animate_picture, compose_video, draw_picture
from services.media.works.story import (
    assemble_video,
    draw_image,
    mix_sound,
    render_clip,
    speak_page,
    split_text,
    write_story,
)
from services.media.works.studio import Outcome, Studio, Studios, Work
from shared.contracts.workflow import JobKind
from shared.pricing.prices import Prices

__all__ = ["WORKS", "Outcome", "Prices", "Studio", "Studios", "Work"]

WORKS: dict[JobKind, Work] = {
    "write_story": write_story,
    "draw_image": draw_image,
    "split_text": split_text,
    "speak_page": speak_page,
    "render_clip": render_clip,
    "mix_sound": mix_sound,
    "assemble_video": assemble_video,
    "draw_picture": draw_picture,
    "animate_picture": animate_picture,
    "compose_video": compose_video,
    "write_screenplay": write_screenplay,
}
