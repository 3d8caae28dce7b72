"""Stories and screenplays by language models: the questions, and what is made of the answers. Pure."""

from services.media.writing.asking import Ask, answered, prompt
from services.media.writing.screenplay import question as screenplay_question
from services.media.writing.screenplay import scene_count, screenplay_of
from services.media.writing.story import question as story_question
from services.media.writing.story import script_of

__all__ = [
    "Ask",
    "answered",
    "prompt",
    "scene_count",
    "screenplay_of",
    "screenplay_question",
    "script_of",
    "story_question",
]
