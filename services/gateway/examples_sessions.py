"""Examples of the sessions surface. Data."""

from __future__ import annotations

from typing import Any

_ID = "5f0c6d1e-2b8a-4c39-9f10-8a6f7a3c2d11"
_OUTPUT = "https://example.com/talewright/users/1/output"
_SIGNED = "?X-Amz-Signature=..."
_IMAGES = [f"{_OUTPUT}/images/{_ID}/r1/{n}.png{_SIGNED}" for n in (1, 2)]
_CLIPS = [f"{_OUTPUT}/videos/{_ID}/r1/{n}.mp4{_SIGNED}" for n in (1, 2)]
_FILM = f"{_OUTPUT}/final/{_ID}/r1/final.mp4{_SIGNED}"
_UPLOAD = f"https://example.com/talewright/users/1/input/filename.mp3{_SIGNED}"
_TOKEN = {"access_token": "eyJhbGciOiJFZERTQSJ9...", "token_type": "bearer"}
_PROMPT = {"prompt": "man buys hat", "num_images": 4, "aspect_ratio": "16:9"}
_APPROVED = {"status": "success", "session_id": _ID, "approved_count": 2}
_WORKING = {"session_id": _ID, "status": "processing"}
_DONE = {"session_id": _ID, "status": "completed"}
_SESSION = {
    "id": _ID,
    "status": "completed",
    "prompt": "man buys hat",
    "video_prompt": "elegant hat showcase",
    "final_video_url": _FILM,
    "created_at": "2025-01-15T10:30:00.000Z",
    "completed_at": "2025-01-15T10:35:00.000Z",
    "assets": [
        {
            "id": 1,
            "type": "image",
            "url": _IMAGES[0],
            "approved": True,
            "order_index": 0,
            "created_at": "2025-01-15T10:31:00.000Z",
        }
    ],
}
_FILE = {
    "key": f"users/1/output/images/{_ID}/r1/1.png",
    "size": 204800,
    "last_modified": "2025-01-15T10:31:00Z",
    "content_type": "image/png",
    "presigned_url": _IMAGES[0],
}

BODIES: dict[str, Any] = {
    "POST /api/auth/login": {"username": "demo@example.com", "password": "demo123"},
    "POST /api/auth/exchange": {"email": "user@example.com"},
    "POST /api/generate-images": _PROMPT,
    "POST /api/save-approved-images": {"session_id": _ID, "approved_image_urls": _IMAGES},
    "POST /api/generate-clips": {
        "session_id": _ID,
        "video_prompt": "elegant hat showcase with smooth camera movement",
        "num_clips": 2,
        "duration": 8.0,
    },
    "POST /api/save-approved-clips": {"session_id": _ID, "approved_clip_urls": _CLIPS},
    "POST /api/compose-final-video": {
        "session_id": _ID,
        "text_overlays": [{"text": "Chapter 1", "start_time": 0.0, "duration": 2.0}],
        "audio_url": _UPLOAD,
    },
    "POST /api/storage/upload-prompt-config": {"config_data": _PROMPT, "session_id": _ID},
}

ANSWERS: dict[str, Any] = {
    "POST /api/auth/login": _TOKEN,
    "POST /api/auth/exchange": _TOKEN,
    "GET /api/auth/me": {"id": 1, "email": "demo@example.com", "created_at": "2025-01-15T10:30:00.000Z"},
    "POST /api/generate-images": {**_DONE, "images": [{"url": url, "index": n} for n, url in enumerate(_IMAGES)]},
    "POST /api/generate-images 202": {**_WORKING, "images": []},
    "POST /api/save-approved-images": _APPROVED,
    "POST /api/generate-clips": {
        **_DONE,
        "clips": [{"url": url, "index": n, "duration": 8.0} for n, url in enumerate(_CLIPS)],
    },
    "POST /api/generate-clips 202": {**_WORKING, "clips": []},
    "POST /api/save-approved-clips": _APPROVED,
    "POST /api/compose-final-video": {**_DONE, "video_url": _FILM},
    "POST /api/compose-final-video 202": {**_WORKING, "video_url": None},
    "GET /api/sessions/": [_SESSION],
    "GET /api/sessions/{session_id}": _SESSION,
    "GET /api/sessions/{session_id}/costs": {
        "session_id": _ID,
        "total_cost": 0.252,
        "breakdown": [
            {
                "service": "replicate_flux",
                "cost": 0.012,
                "tokens_used": None,
                "details": {"model": "flux-schnell", "num_images": 4},
            },
            {
                "service": "replicate_luma",
                "cost": 0.24,
                "tokens_used": None,
                "details": {"model": "gen-4-turbo", "duration_seconds": 16},
            },
        ],
    },
    "POST /api/storage/upload-input": {
        "url": _UPLOAD,
        "key": "users/1/input/filename.mp3",
        "size": 102400,
        "content_type": "audio/mpeg",
        "original_filename": "filename.mp3",
    },
    "POST /api/storage/upload-prompt-config": {
        "status": "success",
        "key": f"users/1/input/prompt-{_ID}.json",
        "session_id": _ID,
    },
    "GET /api/storage/files": {"files": [_FILE], "total": 10, "limit": 100, "offset": 0},
    "GET /api/storage/files/{file_key}/presigned-url": {"presigned_url": _IMAGES[0], "expires_in": 3600},
    "DELETE /api/storage/files/{file_key}": {
        "status": "success",
        "message": "File deleted successfully",
        "key": "users/1/input/file.jpg",
    },
}
