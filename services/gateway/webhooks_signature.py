"""Whether a webhook is from the provider: its signature over the raw bytes, and its age. Pure.

The provider's own client checks no age unless told to, takes any version tag, and fails in several ways on headers that
are malformed; so it is not used here.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence

from shared.errors import Unauthenticated

TOLERANCE_S = 300
_PREFIX = "whsec_"
_LEAST_KEY_BYTES = 16
_MOST_SIGNATURES = 32
_ID = re.compile(r"[!-~]{1,256}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class Forged(Unauthenticated):
    """This is no webhook of the provider's, or an old one."""


def keys_of(secrets: str) -> tuple[bytes, ...]:
    """The keys in `whsec_<base64>`, several separated by commas while one replaces another.

    Raises `ValueError`, which does not repeat what it is about.
    """
    return tuple(_key(secret.strip()) for secret in secrets.split(",") if secret.strip())


def verified(headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], now_s: int) -> str:
    """The id of a webhook that is genuine: the same whenever it is repeated. Raises `Forged`.

    `headers` have names in lower case; `body` is as it came.
    """
    webhook_id = timely(headers, now_s)
    told = f"{webhook_id}.{headers['webhook-timestamp']}.".encode("ascii") + body
    given = _given(headers.get("webhook-signature", ""))
    expected = [hmac.digest(key, told, "sha256") for key in keys]
    # All are compared, so that the time it takes says nothing.
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    if not any(matches):
        raise Forged
    return webhook_id


def timely(headers: Mapping[str, str], now_s: int) -> str:
    """The id, if headers are there and the time is near: what can be told before the body is read. Raises `Forged`."""
    webhook_id, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(webhook_id) or not _SECONDS.fullmatch(sent):
        raise Forged
    if abs(now_s - int(sent)) > TOLERANCE_S:
        raise Forged
    return webhook_id


def _given(header: str) -> list[bytes]:
    """The signatures of the one version we know; other versions are for others."""
    tagged = (one.partition(",") for one in header.split(" ")[:_MOST_SIGNATURES])
    return list(_decoded(text for tag, _, text in tagged if tag == "v1"))


def _decoded(texts: Iterable[str]) -> Iterable[bytes]:
    for text in texts:
        try:
            yield base64.b64decode(text.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError):
            continue


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        key = b""
    if len(key) < _LEAST_KEY_BYTES:
        raise ValueError(f"a webhook secret must be {_PREFIX} and the base64 of {_LEAST_KEY_BYTES} bytes or more")
    return key
