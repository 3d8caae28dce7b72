"""Surface C, sessions: the document's requests, answers and errors."""

from __future__ import annotations

from tests.contract.shape import Example, Refusal
from tests.gateway.session_world import PNG

_TOKEN = '{"access_token": "eyJhbGci...", "token_type": "bearer"}'
_IMAGES = '{"session_id": "uuid-string", "status": "completed", "images": [{"url": "https://...", "index": 0}]}'
_CLIPS = (
    '{"session_id": "uuid-string", "status": "completed", '
    '"clips": [{"url": "https://...", "index": 0, "duration": 8.0}]}'
)
_FILM = '{"session_id": "uuid-string", "status": "completed", "video_url": "https://..."}'
_APPROVED = '{"status": "success", "session_id": "uuid-string", "approved_count": 2}'
_SESSION = """{
    "id": "uuid-string",
    "status": "completed",
    "prompt": "man buys hat",
    "video_prompt": "elegant hat showcase",
    "final_video_url": "https://...",
    "created_at": "2025-01-15T10:30:00",
    "completed_at": "2025-01-15T10:35:00",
    "assets": [
      {
        "id": 1,
        "type": "image",
        "url": "https://...",
        "approved": true,
        "order_index": null,
        "created_at": "2025-01-15T10:31:00"
      }
    ]
  }"""
_COSTS = """{
  "session_id": "uuid-string",
  "total_cost": 0.25,
  "breakdown": [
    {
      "service": "replicate_flux",
      "cost": 0.012,
      "tokens_used": null,
      "details": {
        "model": "flux-schnell",
        "num_images": 4
      }
    },
    {
      "service": "replicate_luma",
      "cost": 0.24,
      "tokens_used": null,
      "details": {
        "model": "gen-4-turbo",
        "duration_seconds": 16
      }
    }
  ]
}"""

IMAGES_BODY = '{"prompt": "man buys hat", "num_images": 4, "aspect_ratio": "16:9"}'
CLIPS_BODY = (
    '{"session_id": "uuid-string", "video_prompt": "elegant hat showcase with smooth camera movement", '
    '"num_clips": 2, "duration": 8.0}'
)
FILM_BODY = (
    '{"session_id": "uuid-string", "text_overlays": [{"text": "Chapter 1", "start_time": 0.0, "duration": 2.0}], '
    '"audio_url": "https://..."}'
)
_CONFIG_BODY = (
    '{"config_data": {"prompt": "man buys hat", "num_images": 4, "aspect_ratio": "16:9"}, "session_id": "uuid-string"}'
)
_ID = {"session_id": "{session_id}"}
_DONE = frozenset({"status"})
_ORDER = frozenset({"assets[].order_index", "[].assets[].order_index"})

EXAMPLES = [
    Example("root", "GET", "/",
            '{"status": "healthy", "service": "Gauntlet Pipeline Orchestrator", "version": "1.0.0"}', as_user=False,
            same=_DONE, more=frozenset({"database", "services", "checks"})),
    Example("health", "GET", "/health",
            '{"status": "healthy", "database": "connected", '
            '"services": {"orchestrator": "ready", "websocket": "ready"}}', as_user=False,
            same=frozenset({"status", "database", "services.orchestrator", "services.websocket"}),
            more=frozenset({"service", "version", "checks"})),
    Example("login", "POST", "/api/auth/login", _TOKEN, given="demo account", as_user=False,
            form={"username": "demo@example.com", "password": "demo123"}, same=frozenset({"token_type"})),
    Example("exchange", "POST", "/api/auth/exchange", _TOKEN, given="user account", as_user=False,
            body='{"email": "user@example.com"}', settings={"exchange_mode": "open"}, same=frozenset({"token_type"})),
    Example("exchange with the secret", "POST", "/api/auth/exchange", _TOKEN, given="user account", as_user=False,
            body='{"email": "user@example.com"}', settings={"exchange_secret": "of the frontend"},
            headers={"X-Exchange-Secret": "of the frontend"}, same=frozenset({"token_type"})),
    Example("me", "GET", "/api/auth/me",
            '{"id": 1, "email": "demo@example.com", "created_at": "2025-01-15T10:30:00"}'),
    Example("generate images", "POST", "/api/generate-images", _IMAGES, body=IMAGES_BODY, same=_DONE),
    Example("approve images", "POST", "/api/save-approved-images", _APPROVED, given="images",
            body='{"session_id": "uuid-string", "approved_image_urls": ["https://...", "https://..."]}',
            fill={**_ID, "approved_image_urls": ["{image_1}", "{image_2}"]}, same=_DONE | {"approved_count"}),
    Example("generate clips", "POST", "/api/generate-clips", _CLIPS, given="approved images", body=CLIPS_BODY, fill=_ID,
            same=_DONE | {"clips[].duration"}),
    Example("approve clips", "POST", "/api/save-approved-clips", _APPROVED, given="clips",
            body='{"session_id": "uuid-string", "approved_clip_urls": ["https://...", "https://..."]}',
            fill={**_ID, "approved_clip_urls": ["{clip_1}", "{clip_2}"]}, same=_DONE | {"approved_count"}),
    Example("compose", "POST", "/api/compose-final-video", _FILM, given="approved clips", body=FILM_BODY,
            fill={**_ID, "audio_url": "{sound}"}, same=_DONE),
    Example("sessions", "GET", "/api/sessions/", f"[{_SESSION}]", given="film", nullable=_ORDER,
            same=frozenset({"[].status", "[].prompt"})),
    Example("session", "GET", "/api/sessions/{session_id}", _SESSION, given="film", nullable=_ORDER,
            same=frozenset({"status", "prompt"})),
    Example("session that has only begun", "GET", "/api/sessions/{session_id}", _SESSION, given="images",
            nullable=_ORDER | {"video_prompt", "final_video_url", "completed_at"}, same=frozenset({"prompt"})),
    Example("costs", "GET", "/api/sessions/{session_id}/costs", _COSTS, given="film",
            same=frozenset({"breakdown[].service", "breakdown[].cost", "breakdown[].details"})),
    Example("upload", "POST", "/api/storage/upload-input",
            '{"url": "https://...", "key": "users/1/input/filename.jpg", "size": 102400, '
            '"content_type": "image/jpeg", "original_filename": "filename.jpg"}',
            upload=("filename.png", PNG, "image/png")),
    Example("prompt config", "POST", "/api/storage/upload-prompt-config",
            '{"status": "success", "key": "users/1/input/prompt-uuid.json", "session_id": "uuid-string"}',
            body=_CONFIG_BODY, same=_DONE),
    Example("files", "GET", "/api/storage/files",
            '{"files": [{"key": "users/1/output/images/image1.png", "size": 204800, '
            '"last_modified": "2025-01-15T10:31:00", "content_type": "image/png", "presigned_url": "https://..."}], '
            '"total": 10, "limit": 100, "offset": 0}',
            given="images", query={"folder": "output", "asset_type": "images"},
            same=frozenset({"limit", "offset", "files[].content_type"})),
    Example("presigned URL", "GET", "/api/storage/files/{key}/presigned-url",
            '{"presigned_url": "https://...", "expires_in": 3600}', given="upload", same=frozenset({"expires_in"})),
    Example("delete a file", "DELETE", "/api/storage/files/{key}",
            '{"status": "success", "message": "File deleted successfully", "key": "users/1/input/file.jpg"}',
            given="upload", same=frozenset({"status", "message"})),
]  # fmt: skip

NO_TOKEN = "Could not validate credentials"
NO_SESSION = "Session not found"
_APPROVE = '{"session_id": "uuid-string", "approved_image_urls": ["https://..."]}'
REFUSALS = [
    *(Refusal(f"{name} of no session", method, path, 404, NO_SESSION, body=body, query={})
      for name, method, path, body in (
          ("approve images", "POST", "/api/save-approved-images", _APPROVE),
          ("clips", "POST", "/api/generate-clips", CLIPS_BODY),
          ("approve clips", "POST", "/api/save-approved-clips", _APPROVE.replace("image", "clip")),
          ("film", "POST", "/api/compose-final-video", FILM_BODY),
          ("session", "GET", "/api/sessions/uuid-string", ""),
          ("costs", "GET", "/api/sessions/uuid-string/costs", ""),
      )),
    *(Refusal(f"{method} {path} without a token", method, path, 401, NO_TOKEN, token="", body=body)
      for method, path, body in (
          ("GET", "/api/auth/me", ""),
          ("POST", "/api/generate-images", IMAGES_BODY),
          ("POST", "/api/save-approved-images", _APPROVE),
          ("POST", "/api/generate-clips", CLIPS_BODY),
          ("POST", "/api/save-approved-clips", _APPROVE.replace("image", "clip")),
          ("POST", "/api/compose-final-video", FILM_BODY),
          ("GET", "/api/sessions/", ""),
          ("GET", "/api/sessions/uuid-string", ""),
          ("GET", "/api/sessions/uuid-string/costs", ""),
          ("POST", "/api/storage/upload-prompt-config", _CONFIG_BODY),
          ("GET", "/api/storage/files?folder=input", ""),
          ("GET", "/api/storage/files/users/1/input/file.jpg/presigned-url", ""),
          ("DELETE", "/api/storage/files/users/1/input/file.jpg", ""),
      )),
    Refusal("a wrong password", "POST", "/api/auth/login", 401, NO_TOKEN, given="demo account",
            form={"username": "demo@example.com", "password": "wrong"}),
    Refusal("exchange for nobody", "POST", "/api/auth/exchange", 401, NO_TOKEN, body='{"email": "user@example.com"}',
            settings={"exchange_mode": "open"}),
    Refusal("images that fail", "POST", "/api/generate-images", 500, "Image generation failed", body=IMAGES_BODY,
            media="failed"),
    Refusal("clips that fail", "POST", "/api/generate-clips", 500, "Clip generation failed", given="approved images",
            body=CLIPS_BODY, fill=_ID, media="failed"),
    Refusal("a film that fails", "POST", "/api/compose-final-video", 500, "Video composition failed",
            given="approved clips", body='{"session_id": "uuid-string"}', fill=_ID, media="failed"),
]  # fmt: skip
