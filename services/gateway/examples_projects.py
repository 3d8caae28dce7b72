"""Examples of the projects surface. Data."""

from __future__ import annotations

from typing import Any

_P = "/api/v1/projects/{project_name}"
_NAME = "ai-crimes-detective"
_PREVIEW = "preview_3f2a9c0d5b7e4168a1c2d3e4f5061728"
_TOKEN = {"access_token": "eyJhbGciOiJFZERTQSJ9...", "token_type": "bearer", "expires_in": 3600}
_SHOT = {
    "id": "scene_1_shot_1",
    "number": 1,
    "type": "wide",
    "camera_movement": "dolly",
    "duration": 15.0,
    "description": "Establishing shot of crime scene",
    "visual_style": "dark and moody",
}
_CONTENT = {
    "scenes": [
        {
            "id": "scene_1",
            "number": 1,
            "title": "Opening Scene",
            "description": "Detective arrives at crime scene",
            "location": "Downtown cyberpunk district",
            "time_of_day": "night",
            "duration": 15.0,
            "characters": ["char_1"],
            "key_actions": ["arrives", "examines evidence"],
            "visual_notes": "Neon lights, rain-soaked streets",
        }
    ],
    "characters": [
        {
            "id": "char_1",
            "name": "Detective Maya Chen",
            "role": "protagonist",
            "description": "Hardened detective specializing in AI crimes",
            "appearance": "Asian woman, 35, short black hair, cybernetic eye implant",
            "personality": "Cynical but determined, tech-savvy",
        }
    ],
    "sequences": [{"id": "seq_1", "scene_id": "scene_1", "total_duration": 15.0, "shots": [_SHOT]}],
}
_SHOWN = {
    "preview_id": _PREVIEW,
    "project_name": _NAME,
    **_CONTENT,
    "estimated_size_mb": 0.009,
    "estimated_file_count": 4,
}
_WORKING = {"preview_id": _PREVIEW, "status": "processing"}
_OPENED = {
    "project_name": _NAME,
    "scene_count": 8,
    "character_count": 5,
    "sequence_count": 8,
    "created_at": "2026-01-25T10:30:00.000Z",
    "modified_at": "2026-01-25T14:20:00.000Z",
}

BODIES: dict[str, Any] = {
    "POST /api/v1/auth/login": {"username": "user@example.com", "password": "secure_password"},
    "POST /api/v1/auth/refresh": {"refresh_token": "eyJhbGciOiJFZERTQSJ9..."},
    "POST /api/v1/generate/project": {
        "prompt": "Create a sci-fi thriller about a detective investigating AI crimes in a cyberpunk city",
        "language": "en",
        "preferences": {"sceneCount": 8, "duration": 180, "style": "dark and moody"},
    },
    "POST /api/v1/generate/finalize": {"preview_id": _PREVIEW},
    "POST /api/v1/projects/open": {"project_name": _NAME},
    "POST /api/v1/projects/close": {"save": True},
    f"POST {_P}/render": {"art_style": "cinematic", "voice_name": "onyx", "aspect_ratio": "16:9"},
    f"PATCH {_P}/scenes/{{scene_id}}": {
        "title": "Updated Scene Title",
        "description": "New scene description",
        "duration": 20.0,
    },
    f"POST {_P}/scenes": {
        "id": "scene_9",
        "number": 9,
        "title": "New Scene",
        "description": "Scene description",
        "location": "Location",
        "time_of_day": "day",
        "duration": 10.0,
        "characters": ["char_1"],
        "key_actions": ["action1"],
    },
    f"PATCH {_P}/characters/{{character_id}}": {
        "name": "Updated Character Name",
        "appearance": "New appearance description",
    },
    f"PATCH {_P}/sequences/{{sequence_id}}": {"total_duration": 15.0, "shots": [_SHOT]},
}

ANSWERS: dict[str, Any] = {
    "POST /api/v1/auth/login": {**_TOKEN, "refresh_token": "eyJhbGciOiJFZERTQSJ9..."},
    "POST /api/v1/auth/refresh": _TOKEN,
    "POST /api/v1/generate/project": _SHOWN,
    "POST /api/v1/generate/project 202": _WORKING,
    "GET /api/v1/generate/project/{preview_id}": _SHOWN,
    "GET /api/v1/generate/project/{preview_id} 202": _WORKING,
    "POST /api/v1/generate/finalize": {
        "project_name": _NAME,
        "project_path": f"https://example.com/talewright/users/1/output/projects/{_NAME}",
        "created_at": "2026-01-25T10:30:00.000Z",
    },
    "POST /api/v1/projects/open": _OPENED,
    "POST /api/v1/projects/close": {"message": "Project closed successfully", "saved": True},
    "GET /api/v1/projects/list": {
        "projects": [_NAME, "space-adventure", "mystery-mansion"],
        "total_count": 3,
    },
    f"GET {_P}": {**_OPENED, "open": True, "unsaved": False, **_CONTENT},
    f"DELETE {_P}": {"message": "Project deleted successfully", "deleted_project": _NAME},
    f"POST {_P}/render": {
        "task_id": 123,
        "project_name": _NAME,
        "status": "processing",
        "progress_url": "/api/task/123/progress",
    },
    f"POST {_P}/render 200": {
        "dry_run": True,
        "estimate": {
            "total_cost": 0.018,
            "billed": True,
            "at_most": 0.036,
            "breakdown": [
                {
                    "service": "replicate_flux",
                    "model": "flux-schnell",
                    "quantity": 6,
                    "unit": "image",
                    "cost": 0.018,
                    "billed": True,
                }
            ],
        },
        "budget": {
            "limit": 20.0,
            "spent": 1.25,
            "reserved": 0.5,
            "remaining": 18.25,
            "task_limit": 5.0,
            "task_remaining": 5.0,
        },
    },
    f"PATCH {_P}/scenes/{{scene_id}}": {
        "message": "Scene modified successfully",
        "modified_element_id": "scene_1",
    },
    f"POST {_P}/scenes": {"message": "Scene added successfully", "modified_element_id": "scene_9"},
    f"DELETE {_P}/scenes/{{scene_id}}": {
        "message": "Scene removed successfully",
        "modified_element_id": "scene_9",
    },
    f"PATCH {_P}/characters/{{character_id}}": {
        "message": "Character modified successfully",
        "modified_element_id": "char_1",
    },
    f"PATCH {_P}/sequences/{{sequence_id}}": {
        "message": "Sequence modified successfully",
        "modified_element_id": "seq_1",
    },
    "GET /api/v1/storage/stats": {
        "total_bytes": 5368709120,
        "total_gb": 5.0,
        "file_count": 125,
        "limit_bytes": 53687091200,
        "limit_gb": 50.0,
        "file_limit": 248,
        "usage_percent": 10.0,
        "file_usage_percent": 50.4,
        "warnings": [],
    },
    "GET /api/v1/usage/stats": {
        "user_id": "user_123",
        "total_requests": 1250,
        "successful_requests": 1200,
        "failed_requests": 50,
        "total_data_transferred_mb": 125.5,
        "average_response_time_ms": 245.3,
        "operation_counts": {"project_generation": 10, "scene_modification": 45, "project_open": 30},
        "endpoint_counts": {"/generate/project": 10, "/projects/open": 30},
        "first_request_time": "2026-01-20T08:00:00.000Z",
        "last_request_time": "2026-01-25T15:30:00.000Z",
    },
    "GET /api/v1/health": {
        "status": "healthy",
        "version": "1.0.0",
        "storage_usage_gb": 5.0,
        "storage_limit_gb": 50.0,
        "file_count": 125,
        "file_limit": 248,
    },
}
