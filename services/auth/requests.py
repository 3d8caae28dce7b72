"""Two requests of the gateway alone, for surfaces whose contract gives their clients no refresh token.

`tw.auth.reissue` and `tw.auth.exchange` are answered with tokens whose `refresh_token` is empty.
"""

from __future__ import annotations

import msgspec


class Reissue(msgspec.Struct, frozen=True, kw_only=True):
    """A new access token for one that is still valid. The token itself proves whose it is."""

    access_token: str
    surface: str = "videos"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """An access token for a user whom the gateway has identified by other means (a shared secret of a frontend)."""

    username: str
    surface: str = "sessions"
