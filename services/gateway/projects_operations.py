"""How requests to the projects surface are called in usage statistics. Pure."""

from __future__ import annotations

import re

PREFIX = "/api/v1"
OTHER = "(other)"
"""Paths that are no endpoint are counted together: anybody can make up new ones."""

_OPERATIONS = {
    ("POST", "/auth/login"): "login",
    ("POST", "/auth/refresh"): "token_refresh",
    ("POST", "/generate/project"): "project_generation",
    ("GET", "/generate/project/{preview_id}"): "preview_read",
    ("POST", "/generate/finalize"): "project_finalization",
    ("POST", "/projects/open"): "project_open",
    ("POST", "/projects/close"): "project_close",
    ("GET", "/projects/list"): "project_list",
    ("GET", "/projects/{project_name}"): "project_read",
    ("DELETE", "/projects/{project_name}"): "project_deletion",
    ("POST", "/projects/{project_name}/render"): "project_render",
    ("PATCH", "/projects/{project_name}/scenes/{scene_id}"): "scene_modification",
    ("POST", "/projects/{project_name}/scenes"): "scene_addition",
    ("DELETE", "/projects/{project_name}/scenes/{scene_id}"): "scene_removal",
    ("PATCH", "/projects/{project_name}/characters/{character_id}"): "character_modification",
    ("PATCH", "/projects/{project_name}/sequences/{sequence_id}"): "sequence_modification",
    ("GET", "/storage/stats"): "storage_stats",
    ("GET", "/usage/stats"): "usage_stats",
    ("GET", "/health"): "health",
}
_PATTERNS = [(method, endpoint, re.compile(re.sub(r"\{\w+\}", "[^/]+", endpoint))) for method, endpoint in _OPERATIONS]


def named(method: str, path: str) -> tuple[str, str]:
    """The endpoint that a path belongs to, and in a word what a request does. By the path, not by the route that was
    taken: an answer that is given again takes none."""
    below = path.removeprefix(PREFIX)
    fitting = [(verb, endpoint) for verb, endpoint, pattern in _PATTERNS if pattern.fullmatch(below)]
    for verb, endpoint in fitting:
        if verb == method:
            return endpoint, _OPERATIONS[verb, endpoint]
    return (fitting[0][1] if fitting else OTHER), "other"
