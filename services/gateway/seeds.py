"""Seeds of what is made, from the request that asks for it."""

from __future__ import annotations

import hashlib

from services.gateway.attempts import Attempt
from services.gateway.schemas import LARGEST_SEED


def seed_of(attempt: Attempt) -> int:
    """A seed as random as the command's id, and the same when the request is repeated."""
    return int.from_bytes(hashlib.sha256(attempt.command_id.encode()).digest()[:8]) % (LARGEST_SEED + 1)
