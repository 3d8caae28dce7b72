"""What is read of a webhook's body: which prediction it is about, and whether it is about this sending at all. Pure."""

from __future__ import annotations

import re

import msgspec

from shared.contracts.providers import Hint

_PREDICTION = re.compile(r"[A-Za-z0-9]{1,64}")


class _Prediction(msgspec.Struct):
    """The little that we want to know. `webhook` is the URL that we gave with the order."""

    id: str = ""
    webhook: str | None = None


_DECODER = msgspec.json.Decoder(_Prediction)


def hint(body: bytes, nonce: str) -> Hint | None:
    """What to tell whoever waits for this sending; None if the body belongs to another one, or says nothing.

    The signature does not cover the path, so a genuine body may stand below another sending's path.
    """
    try:
        told = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if not _PREDICTION.fullmatch(told.id) or (told.webhook and nonce not in told.webhook):
        return None
    return Hint(told.id)
