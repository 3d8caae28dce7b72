"""Examples of the story surface, of workflows, and of what belongs to no surface. Data."""

from __future__ import annotations

from typing import Any

_CREDENTIALS = {"username": "u1", "password": "p1"}
_TOKEN = {"access_token": "eyJhbGciOiJFZERTQSJ9...", "token_type": "Bearer"}
_SCENE = {"place": "workshop", "time": "day", "action": "wave", "mood": "happy", "props": ["lamp"]}
_SCRIPT = {
    "title": "Magnet Mania",
    "description": "Penny finds out what a magnet can do.",
    "language": "english",
    "genre": "fun facts",
    "style": "cinematic",
    "voice": "nova",
    "aspect_ratio": "16:9",
    "seed": 7,
    "hero": {"name": "Penny", "kind": "girl"},
    "pages": [{"number": 1, "text": "Penny found a magnet. It clicked onto her spoon.", "scene": _SCENE}],
}
_SEGMENTS = [
    {"id": 1, "name": "Story", "waves": [[{"kind": "write_story", "per": "whole"}]], "gate": False},
    {"id": 2, "name": "Image", "waves": [[{"kind": "draw_image", "per": "page"}]], "gate": False},
]
_WORKFLOW = {"name": "storyboard", "version": 1, "segments": _SEGMENTS}
_INFO = {
    "task_id": 123,
    "status": "pending",
    "title": "Magnet Mania",
    "brief": {
        "topic": "Magnet Mania",
        "main_role": "Penny",
        "scene": "",
        "genre": "fun facts",
        "art_style": "cinematic",
        "language": "english",
        "voice_name": "nova",
        "duration": "short",
        "aspect_ratio": "16:9",
        "seed": 7,
    },
    "workflow": "story",
    "workflow_version": 1,
    "current_segment": 1,
    "running_segment": 0,
    "total_segments": 5,
    "pages": 6,
    "items_done": 1,
    "items_total": 1,
    "progress": 0.2,
    "error": "",
    "created_at": "2026-01-25T10:30:00.000Z",
    "updated_at": "2026-01-25T10:30:02.000Z",
    "position": 42,
    "segments": [{"id": 1, "name": "Story", "status": "completed"}, {"id": 2, "name": "Image", "status": "pending"}],
    "artifacts": [
        {
            "segment": 1,
            "name": "script_data.json",
            "url": "generated_stories/123/script_data.json",
            "media_type": "application/json",
            "size_bytes": 5120,
            "page": 0,
        }
    ],
}
_HEALTH = {
    "status": "healthy",
    "service": "Talewright",
    "version": "1.0.0",
    "database": "connected",
    "services": {"orchestrator": "ready", "websocket": "ready"},
    "checks": {
        "events": {"ok": True, "position": 4200},
        "views": {"ok": True, "position": 4200, "lag": 0},
        "artifacts": {"ok": True},
        "auth": {"ok": True},
        "tasks": {"ok": True},
    },
}

BODIES: dict[str, Any] = {
    "POST /api/register": _CREDENTIALS,
    "POST /api/login": _CREDENTIALS,
    "POST /api/task/new": {"topic": "Magnet Mania", "main_role": "Penny"},
    "PUT /api/task/{task_id}/myresource/{segmentId}": _SCRIPT,
    "PUT /api/workflows/{name}": {"segments": _SEGMENTS},
}

ANSWERS: dict[str, Any] = {
    "POST /api/register": {"id": 1, "username": "u1"},
    "POST /api/login": _TOKEN,
    "POST /api/refresh": _TOKEN,
    "POST /api/logout": {"logged_out": True},
    "GET /api/task/workflow": [
        {"id": 1, "name": "Story"},
        {"id": 2, "name": "Image"},
        {"id": 3, "name": "Split"},
        {"id": 4, "name": "Speech"},
        {"id": 5, "name": "Video"},
    ],
    "POST /api/task/new": {"task_id": 123},
    "GET /api/task/{task_id}/progress": {
        "current_segment": 2,
        "status": "running",
        "workflow_version": 1,
        "total_segments": 5,
        "segment_names": ["Story", "Image", "Split", "Speech", "Video"],
        "running_segment": 3,
        "items_done": 0,
        "items_total": 1,
        "progress": 0.4,
        "error": "",
    },
    "GET /api/task/mytasks": {"task_ids": [3, 2, 1]},
    "GET /api/task/{task_id}/info": _INFO,
    "GET /api/task/{task_id}/resource": {
        "segmentId": 3,
        "resources": ["generated_stories/123/segment_3.txt", "generated_stories/123/script_data.json"],
        "urls": ["generated_stories/123/script_data.json"],
    },
    "POST /api/task/{task_id}/execute/{segmentId}": {"accepted": True, "message": "Segment 1 (Story) completed"},
    "PUT /api/task/{task_id}/myresource/{segmentId}": {
        "updated": True,
        "segmentId": 1,
        "pages": 1,
        "current_segment": 1,
    },
    "DELETE /api/task/{task_id}": {"deleted": True},
    "GET /api/workflows": {"workflows": [_WORKFLOW]},
    "GET /api/workflows/{name}": _WORKFLOW,
    "PUT /api/workflows/{name}": _WORKFLOW,
    "DELETE /api/workflows/{name}": {"deleted": True},
    "GET /": _HEALTH,
    "GET /health": _HEALTH,
    "GET /api/budget": {"month": "2026-11", "limit": 20.0, "spent": 1.25, "reserved": 0.5, "remaining": 18.25},
    "POST /webhooks/replicate/{nonce}": {"received": True},
}
