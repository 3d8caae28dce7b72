"""Surface D, videos: the document's requests, answers and errors."""

from __future__ import annotations

from tests.contract.shape import Example, Refusal

TOPICS = (
    "scary", "mystery", "bedtime", "interesting history", "urban legends", "motivational", "fun facts",
    "long form jokes", "life pro tips", "philosophy", "love", "custom topic",
)  # fmt: skip
STYLES = ("photorealistic", "cinematic", "anime", "comic-book", "pixar-art")
DURATIONS = ("short", "long")
LANGUAGES = (
    "english", "czech", "danish", "dutch", "french", "german", "greek", "hindi", "indonesian", "italian", "chinese",
    "japanese", "norwegian", "polish", "portuguese", "russian", "spanish", "swedish", "turkish", "ukrainian",
)  # fmt: skip
VOICES = ("alloy", "echo", "fable", "onyx", "nova", "shimmer")
OPTIONS = {
    "story_topic": TOPICS, "art_style": STYLES, "duration": DURATIONS, "language": LANGUAGES, "voice_name": VOICES,
}  # fmt: skip
"""Every word that the document lists, by field."""

VIDEO = (
    '{"story_topic": "bedtime", "art_style": "anime", "duration": "short", "language": "english", "voice_name": "nova"}'
)
_FORM = {"username": "string", "password": "string"}
_TOKEN = '{"access_token": "string", "token_type": "bearer"}'
_IMAGE = """{
            "id": "string",
            "status": "string",
            "urls": ["string"],
            "subtitles": "string",
            "created_at": "string",
            "updated_at": "string"
        }"""
_TASK = (
    """{
    "task_id": "string",
    "status": "string",
    "progress": "number",
    "url": "string",
    "story_title": "string",
    "story_description": "string",
    "story_text": "string",
    "error_message": "string",
    "images": ["""
    + _IMAGE
    + """],
    "created_at": "string",
    "updated_at": "string"
}"""
)

EXAMPLES = [
    Example("token", "POST", "/v1/auth/token", _TOKEN, given="account", as_user=False, form=_FORM,
            same=frozenset({"token_type"})),
    Example("refresh", "POST", "/v1/auth/refresh", _TOKEN, same=frozenset({"token_type"})),
    Example("generate", "POST", "/v1/video", '{"task_id": "string", "status": "string"}', body=VIDEO),
    Example("task", "GET", "/v1/video/tasks/{video}", _TASK, given="video", nullable=frozenset({"error_message"})),
    Example("task that failed", "GET", "/v1/video/tasks/{video}", _TASK.replace(_IMAGE, ""), given="failed video",
            nullable=frozenset({"url"})),
    Example(
        "images", "GET", "/v1/images/tasks/{video}",
        '{"task_id": "string", "status": "string", "created_at": "string", "updated_at": "string", '
        '"story_text": "string", "images": [' + _IMAGE + "]}",
        given="video",
    ),
    Example(
        "regenerate", "POST", "/v1/images/{video}-1",
        '{"task_id": "string", "status": "string", "urls": ["string"], "created_at": "string", '
        '"updated_at": "string"}',
        given="video",
    ),
]  # fmt: skip

NO_TOKEN = "Could not validate credentials"
NO_TASK = "Task not found"
NO_IMAGE = "Image not found"
REFUSALS = [
    Refusal("a wrong password", "POST", "/v1/auth/token", 401, "Incorrect username or password", given="account",
            form={**_FORM, "password": "another"}),
    Refusal("an unknown name", "POST", "/v1/auth/token", 401, "Incorrect username or password", form=_FORM),
    Refusal("refresh with a bad token", "POST", "/v1/auth/refresh", 401, NO_TOKEN, token="nonsense"),
    Refusal("refresh without a token", "POST", "/v1/auth/refresh", 401, NO_TOKEN, token=""),
    Refusal("task without a token", "GET", "/v1/video/tasks/any", 401, NO_TOKEN, token=""),
    Refusal("no such task", "GET", "/v1/video/tasks/any", 404, NO_TASK),
    Refusal("another's task", "GET", "/v1/video/tasks/{video}", 404, NO_TASK, given="video", token="token-bob"),
    Refusal("images of no task", "GET", "/v1/images/tasks/any", 404, NO_TASK),
    Refusal("no such image", "POST", "/v1/images/any", 404, NO_IMAGE),
    Refusal("no such page", "POST", "/v1/images/{video}-99", 404, NO_IMAGE, given="video"),
    Refusal("another's image", "POST", "/v1/images/{video}-1", 404, NO_IMAGE, given="video", token="token-bob"),
]  # fmt: skip
