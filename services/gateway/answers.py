"""JSON answers, encoded once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

_ENCODER = msgspec.json.Encoder()


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response of structs, dicts and lists. Spares FastAPI's own serialization, which costs a tenth of a read."""
    return Response(_ENCODER.encode(body), status, headers, "application/json")
