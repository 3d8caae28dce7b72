"""Examples of the video surface. Data."""

from __future__ import annotations

from typing import Any

_ID = "0d9c3f52-7f0e-4a1c-9a55-3f6d1b2c8e47"
_URL = f"https://example.com/talewright/users/1/output/images/{_ID}"
_TIMES = {"created_at": "2026-01-25T10:30:00.000Z", "updated_at": "2026-01-25T10:31:00.000Z"}
_TOKEN = {"access_token": "eyJhbGciOiJFZERTQSJ9...", "token_type": "bearer"}
_IMAGE = {
    "id": f"{_ID}-1",
    "status": "completed",
    "urls": [f"{_URL}/r1/p1.png?X-Amz-Signature=..."],
    "subtitles": "The moon was late that night.",
    **_TIMES,
}
_VIDEO = {"task_id": _ID, "status": "completed"}

BODIES: dict[str, Any] = {
    "POST /v1/auth/token": {"username": "user@example.com", "password": "secure_password"},
    "POST /v1/video": {
        "story_topic": "bedtime",
        "art_style": "pixar-art",
        "duration": "short",
        "language": "english",
        "voice_name": "nova",
    },
}

ANSWERS: dict[str, Any] = {
    "POST /v1/auth/token": _TOKEN,
    "POST /v1/auth/refresh": _TOKEN,
    "POST /v1/video": {"task_id": _ID, "status": "queued"},
    "GET /v1/video/tasks": {"tasks": [_VIDEO]},
    "GET /v1/video/tasks/{task_id}": {
        **_VIDEO,
        "progress": 1.0,
        "url": f"https://example.com/talewright/users/1/output/final/{_ID}/r1/output.mp4?X-Amz-Signature=...",
        "story_title": "The Late Moon",
        "story_description": "Why the moon came late, and who waited for it.",
        "story_text": "The moon was late that night.",
        "error_message": None,
        "images": [_IMAGE],
        **_TIMES,
    },
    "DELETE /v1/video/tasks/{task_id}": {"deleted": True},
    "POST /v1/video/tasks/{task_id}/retry": {"task_id": _ID, "status": "processing"},
    "GET /v1/images/tasks/{task_id}": {
        **_VIDEO,
        **_TIMES,
        "story_text": "The moon was late that night.",
        "images": [_IMAGE],
    },
    "POST /v1/images/{image_id}": {"task_id": _ID, "status": "processing", "urls": _IMAGE["urls"], **_TIMES},
}
