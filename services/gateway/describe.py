"""`python -m services.gateway.describe` prints the API's description, without any part of the system running."""

from __future__ import annotations

import json
import sys

from services.gateway.app import make_api


def text() -> str:
    """The document as it is committed: `docs/openapi.json`."""
    return json.dumps(make_api().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
