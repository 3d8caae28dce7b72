"""The numbers the rules work with. Pure values."""

from __future__ import annotations

import msgspec

from shared.errors import Invalid

KEEPING = frozenset({"projects"})
"""Surfaces whose clients keep one refresh token until it expires: their refresh answers have no room for a new one."""


class Lives(msgspec.Struct, frozen=True, kw_only=True):
    """How long tokens live: access tokens by the surface that asks, refresh tokens everywhere the same."""

    stories_s: int = 900
    projects_s: int = 3600
    sessions_s: int = 1800
    videos_s: int = 1800
    refresh_s: int = 604_800

    def access_s(self, surface: str) -> int:
        """The life of an access token. Raises `Invalid` for a surface nobody knows."""
        by_surface = {
            "stories": self.stories_s,
            "projects": self.projects_s,
            "sessions": self.sessions_s,
            "videos": self.videos_s,
        }
        if surface not in by_surface:
            raise Invalid(f"Unknown surface: {surface[:40]}")
        return by_surface[surface]

    @property
    def longest_s(self) -> int:
        """How long something issued now can matter: a refresh at its last moment, and the access token it gives."""
        return self.refresh_s + max(self.stories_s, self.projects_s, self.sessions_s, self.videos_s)


class Brake(msgspec.Struct, frozen=True, kw_only=True):
    """After this many failures with one name within the window, guesses are refused without a look at the password."""

    failures: int = 10
    window_ms: int = 300_000
