"""How long things may take and how often they are tried. The defaults are for the real provider."""

from __future__ import annotations

import msgspec


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds. `unsent_after_s` must be above `create_timeout_s`: a sending without a trace is only given
    up for unsent when its sender has stopped waiting for long."""

    create_timeout_s: float = 60.0
    read_timeout_s: float = 20.0
    poll_first_s: float = 0.5
    poll_most_s: float = 5.0
    poll_growth: float = 1.4
    obeyed_most_s: float = 30.0
    """The longest that a poll stays away because the provider asks for it."""
    gone_after_reads: int = 6
    """So many times in a row "there is no such prediction" means that it is lost."""
    stop_grace_s: float = 15.0
    """How long after a cancel its effect is waited for."""
    unsent_after_s: float = 120.0
    list_every_s: float = 10.0
    list_least: int = 2
    patience_s: float = 60.0
    """The longest wait within one purchase for a provider that asks us to come back later."""
    again_after_s: float = 2.0
    """A pause before a step that failed through no fault of its input is bought once more."""
    sendings_most: int = 4
    """Per purchase, counting those that never arrived."""
    download_tries: int = 3
    download_timeout_s: float = 120.0
    download_pause_s: float = 0.5
    download_limit_bytes: int = 200_000_000
