"""Surface B, projects: the document's requests, answers and errors."""

from __future__ import annotations

from tests.contract.shape import Example, Refusal

_LOGIN = '{"username": "user@example.com", "password": "secure_password"}'
GENERATE = """{
  "prompt": "Create a sci-fi thriller about a detective investigating AI crimes in a cyberpunk city",
  "language": "en",
  "preferences": {
    "sceneCount": 8,
    "duration": 180,
    "style": "dark and moody"
  }
}"""
PREVIEW = """{
  "preview_id": "preview_abc123",
  "project_name": "ai-crimes-detective",
  "scenes": [
    {
      "id": "scene_1",
      "number": 1,
      "title": "Opening Scene",
      "description": "Detective arrives at crime scene",
      "location": "Downtown cyberpunk district",
      "time_of_day": "night",
      "duration": 15.0,
      "characters": ["detective_maya"],
      "key_actions": [],
      "visual_notes": "Neon lights, rain-soaked streets"
    }
  ],
  "characters": [
    {
      "id": "char_1",
      "name": "Detective Maya Chen",
      "role": "protagonist",
      "description": "Hardened detective specializing in AI crimes",
      "appearance": "Asian woman, 35, short black hair, cybernetic eye implant",
      "personality": "Cynical but determined, tech-savvy"
    }
  ],
  "sequences": [
    {
      "id": "seq_1",
      "scene_id": "scene_1",
      "total_duration": 15.0,
      "shots": [
        {
          "id": "scene_1_shot_1",
          "number": 1,
          "type": "wide",
          "camera_movement": "dolly",
          "duration": 5.0,
          "description": "Establishing shot of crime scene",
          "visual_style": "dark and moody"
        }
      ]
    }
  ],
  "estimated_size_mb": 2.5,
  "estimated_file_count": 15
}"""
"""As printed, but for the key actions: the small world's scenes have none. The real ones are looked at end to end."""

_NEW_SCENE = """{
  "id": "scene_9",
  "number": 9,
  "title": "New Scene",
  "description": "Scene description",
  "location": "Location",
  "time_of_day": "day",
  "duration": 10.0,
  "characters": ["char_1"],
  "key_actions": ["action1"]
}"""
_P = "/api/v1/projects/{project_name}"
_NAMED = frozenset({"message", "modified_element_id"})

EXAMPLES = [
    Example("login", "POST", "/api/v1/auth/login",
            '{"access_token": "eyJ...", "refresh_token": "eyJ...", "token_type": "bearer", "expires_in": 3600}',
            given="user account", as_user=False, body=_LOGIN, same=frozenset({"token_type"})),
    Example("refresh", "POST", "/api/v1/auth/refresh",
            '{"access_token": "eyJ...", "token_type": "bearer", "expires_in": 3600}', given="refresh token",
            as_user=False, body='{"refresh_token": "eyJ..."}', fill={"refresh_token": "{refresh_token}"},
            same=frozenset({"token_type"})),
    Example("generate", "POST", "/api/v1/generate/project", PREVIEW, body=GENERATE),
    Example("generate from a prompt alone", "POST", "/api/v1/generate/project", PREVIEW,
            body='{"prompt": "Create a mystery thriller set in a haunted mansion"}'),
    Example("finalize", "POST", "/api/v1/generate/finalize",
            '{"project_name": "ai-crimes-detective", "project_path": "/Users/…/ai-crimes-detective", '
            '"created_at": "2026-01-25T10:30:00Z"}',
            given="preview", body='{"preview_id": "preview_abc123"}', fill={"preview_id": "{preview_id}"}),
    Example("open", "POST", "/api/v1/projects/open",
            '{"project_name": "ai-crimes-detective", "scene_count": 8, "character_count": 5, "sequence_count": 8, '
            '"created_at": "2026-01-25T10:30:00Z", "modified_at": "2026-01-25T14:20:00Z"}',
            given="project", body='{"project_name": "ai-crimes-detective"}', fill={"project_name": "{project_name}"}),
    Example("close", "POST", "/api/v1/projects/close", '{"message": "Project closed successfully", "saved": true}',
            given="open project", body='{"save": true}', same=frozenset({"message", "saved"})),
    Example("close without saving", "POST", "/api/v1/projects/close",
            '{"message": "Project closed successfully", "saved": false}', given="open project",
            body='{"save": false}', same=frozenset({"message", "saved"})),
    Example("list", "GET", "/api/v1/projects/list",
            '{"projects": ["ai-crimes-detective", "space-adventure", "mystery-mansion"], "total_count": 3}',
            given="project"),
    Example("delete", "DELETE", _P,
            '{"message": "Project deleted successfully", "deleted_project": "ai-crimes-detective"}', given="project",
            query={"confirmed": "true"}, same=frozenset({"message"})),
    Example("modify a scene", "PATCH", f"{_P}/scenes/scene_1",
            '{"message": "Scene modified successfully", "modified_element_id": "scene_1"}', given="open project",
            body='{"title": "Updated Scene Title", "description": "New scene description", "duration": 20.0}',
            same=_NAMED),
    Example("modify a character", "PATCH", f"{_P}/characters/char_1",
            '{"message": "Character modified successfully", "modified_element_id": "char_1"}', given="open project",
            body='{"name": "Updated Character Name", "appearance": "New appearance description"}', same=_NAMED),
    Example("add a scene", "POST", f"{_P}/scenes",
            '{"message": "Scene added successfully", "modified_element_id": "scene_9"}', 201, given="open project",
            body=_NEW_SCENE, same=_NAMED),
    Example("remove a scene", "DELETE", f"{_P}/scenes/scene_9",
            '{"message": "Scene removed successfully", "modified_element_id": "scene_9"}',
            given="project with a scene 9", query={"confirmed": "true"}, same=_NAMED),
    Example("storage", "GET", "/api/v1/storage/stats",
            '{"total_bytes": 5368709120, "total_gb": 5.0, "file_count": 125, "limit_bytes": 53687091200, '
            '"limit_gb": 50.0, "file_limit": 248, "usage_percent": 10.0, "file_usage_percent": 50.4, "warnings": []}',
            given="project", same=frozenset({"limit_bytes", "limit_gb", "file_limit", "warnings"})),
    Example("usage", "GET", "/api/v1/usage/stats",
            '{"user_id": "user_123", "total_requests": 1250, "successful_requests": 1200, "failed_requests": 50, '
            '"total_data_transferred_mb": 125.5, "average_response_time_ms": 245.3, "operation_counts": '
            '{"project_generation": 10, "scene_modification": 45, "project_open": 30}, "endpoint_counts": '
            '{"/generate/project": 10, "/projects/open": 30}, "first_request_time": "2026-01-20T08:00:00Z", '
            '"last_request_time": "2026-01-25T15:30:00Z"}',
            given="modified project", open=frozenset({"operation_counts", "endpoint_counts"})),
    Example("health", "GET", "/api/v1/health",
            '{"status": "healthy", "version": "1.0.0", "storage_usage_gb": 5.0, "storage_limit_gb": 50.0, '
            '"file_count": 125, "file_limit": 248}',
            as_user=False, same=frozenset({"status", "version", "storage_limit_gb", "file_limit"})),
]  # fmt: skip

_GENERATE = "/api/v1/generate/project"
_FULL = {"storage_limit_bytes": 1}
REFUSALS = [
    Refusal("a wrong password", "POST", "/api/v1/auth/login", 401, "AUTHENTICATION_ERROR", given="user account",
            body='{"username": "user@example.com", "password": "wrong"}'),
    Refusal("a bad refresh token", "POST", "/api/v1/auth/refresh", 401, "AUTHENTICATION_ERROR",
            body='{"refresh_token": "nonsense"}'),
    *(Refusal(f"{method} {path} without a token", method, path, 401, "AUTHENTICATION_ERROR", token="", body=body)
      for method, path, body in (
          ("POST", _GENERATE, GENERATE),
          ("POST", "/api/v1/generate/finalize", '{"preview_id": "preview_abc123"}'),
          ("POST", "/api/v1/projects/open", '{"project_name": "ai-crimes-detective"}'),
          ("POST", "/api/v1/projects/close", '{"save": true}'),
          ("GET", "/api/v1/projects/list", ""),
          ("DELETE", "/api/v1/projects/any?confirmed=true", ""),
          ("PATCH", "/api/v1/projects/any/scenes/scene_1", '{"title": "x"}'),
          ("PATCH", "/api/v1/projects/any/characters/char_1", '{"name": "x"}'),
          ("POST", "/api/v1/projects/any/scenes", _NEW_SCENE),
          ("DELETE", "/api/v1/projects/any/scenes/scene_9?confirmed=true", ""),
          ("GET", "/api/v1/storage/stats", ""),
          ("GET", "/api/v1/usage/stats", ""),
      )),
    Refusal("an empty prompt", "POST", _GENERATE, 400, "VALIDATION_ERROR", body='{"prompt": "  "}'),
    Refusal("no prompt", "POST", _GENERATE, 400, "VALIDATION_ERROR", body="{}"),
    Refusal("no JSON", "POST", _GENERATE, 400, "VALIDATION_ERROR", body="{"),
    Refusal("too few scenes", "POST", _GENERATE, 400, "VALIDATION_ERROR",
            body='{"prompt": "x", "preferences": {"sceneCount": 2}}'),
    Refusal("too many scenes", "POST", _GENERATE, 400, "VALIDATION_ERROR",
            body='{"prompt": "x", "preferences": {"sceneCount": 13}}'),
    Refusal("no room for a preview", "POST", _GENERATE, 507, "STORAGE_LIMIT_EXCEEDED", body=GENERATE, settings=_FULL),
    Refusal("no room for its files", "POST", "/api/v1/generate/finalize", 507, "STORAGE_LIMIT_EXCEEDED",
            given="preview that fits no more", body='{"preview_id": "x"}', fill={"preview_id": "{preview_id}"},
            settings={"storage_file_limit": 7}),
    Refusal("no such preview", "POST", "/api/v1/generate/finalize", 404, "RESOURCE_NOT_FOUND",
            body='{"preview_id": "preview_abc123"}'),
    Refusal("open no project", "POST", "/api/v1/projects/open", 404, "RESOURCE_NOT_FOUND",
            body='{"project_name": "ai-crimes-detective"}'),
    Refusal("open a project whose files are broken", "POST", "/api/v1/projects/open", 400, "PROJECT_ERROR",
            given="broken project", body='{"project_name": "x"}', fill={"project_name": "{project_name}"}),
    Refusal("close none", "POST", "/api/v1/projects/close", 400, "PROJECT_ERROR", body='{"save": true}'),
    Refusal("delete unconfirmed", "DELETE", _P, 400, "VALIDATION_ERROR", given="project"),
    Refusal("delete not confirmed", "DELETE", _P, 400, "VALIDATION_ERROR", given="project",
            query={"confirmed": "false"}),
    Refusal("delete no project", "DELETE", "/api/v1/projects/any", 404, "RESOURCE_NOT_FOUND",
            query={"confirmed": "true"}),
    Refusal("modify what is not open", "PATCH", f"{_P}/scenes/scene_1", 400, "PROJECT_ERROR", given="project",
            body='{"title": "x"}'),
    Refusal("modify no scene", "PATCH", f"{_P}/scenes/scene_99", 404, "RESOURCE_NOT_FOUND", given="open project",
            body='{"title": "x"}'),
    Refusal("modify no character", "PATCH", f"{_P}/characters/char_99", 404, "RESOURCE_NOT_FOUND",
            given="open project", body='{"name": "x"}'),
    Refusal("remove unconfirmed", "DELETE", f"{_P}/scenes/scene_1", 400, "VALIDATION_ERROR", given="open project"),
    Refusal("generation that fails", "POST", _GENERATE, 500, "INTERNAL_SERVER_ERROR", body=GENERATE, media="failed"),
    Refusal("another's project", "POST", "/api/v1/projects/open", 404, "RESOURCE_NOT_FOUND", given="project",
            token="token-bob", body='{"project_name": "x"}', fill={"project_name": "{project_name}"}),
]  # fmt: skip
