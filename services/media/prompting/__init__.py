"""What image and film models are told: English descriptions of a script's pages, and of what users ask for. Pure."""

from services.media.prompting.pictures import hero_description, picture_prompt, picture_seed
from services.media.prompting.sessions import motion_prompt, session_prompt, session_seed

__all__ = [
    "hero_description",
    "motion_prompt",
    "picture_prompt",
    "picture_seed",
    "session_prompt",
    "session_seed",
]
