"""The bucket: a small object is written, read and deleted; the store's clock is read on the way."""

from __future__ import annotations

import io
import secrets
import time
from email.utils import parsedate_to_datetime

import msgspec
from minio.error import S3Error

from shared.artifacts.s3_client import make_probe, our_errors
from shared.errors import TalewrightError
from shared.settings import S3Settings
from talewright.doctor.asking import in_thread, why
from talewright.doctor.clocks import judge as judge_clock
from talewright.doctor.findings import Finding, ok, problem, skipped

NAME, CLOCK = "bucket", "clock of the store"
PREFIX = "doctor/"
_BODY = b"Talewright's doctor was here."
_RESOLUTION_S = 1.0
"""HTTP tells time in whole seconds."""


class Visit(msgspec.Struct, frozen=True):
    """How long writing, reading and deleting took, and how far the store's clock is ahead of ours."""

    took_s: float
    ahead_s: float | None


async def bucket(settings: S3Settings, patience_s: float) -> list[Finding]:
    """The visit, in a thread, for the SDK blocks."""
    where = f"{settings.s3_bucket} at {settings.s3_endpoint}"
    try:
        visit = await in_thread(lambda: _visit(settings, patience_s))
    except (TalewrightError, TimeoutError) as error:
        return [judge_failure(where, why(error)), skipped(CLOCK, "Not read: the store does not answer.")]
    except S3Error as error:
        return [judge_failure(where, str(error.code)), skipped(CLOCK, "Not read: the store does not answer.")]
    found = ok(NAME, f"{where}: written, read and deleted in {visit.took_s * 1000:.0f} ms.")
    if visit.ahead_s is None:
        return [found, skipped(CLOCK, "The store does not tell the time.")]
    return [found, judge_clock(CLOCK, visit.ahead_s, _RESOLUTION_S)]


def judge_failure(where: str, reason: str) -> Finding:
    """Why artifacts can be neither stored nor shown."""
    sentence = f"Files cannot be kept in {where}: {reason}."
    if "credentials" in reason:
        advice = "Set TALEWRIGHT_S3_ACCESS_KEY and TALEWRIGHT_S3_SECRET_KEY as the store has them."
    elif "NoSuchBucket" in reason:
        advice = "Start the tasks or media service, which makes it, or set TALEWRIGHT_S3_BUCKET to one that is there."
    else:
        advice = "Start the store, or set TALEWRIGHT_S3_ENDPOINT and TALEWRIGHT_S3_SECURE to where and how it answers."
    return problem(NAME, sentence, advice)


def _visit(settings: S3Settings, patience_s: float) -> Visit:
    client = make_probe(settings, patience_s)
    key, began = f"{PREFIX}{secrets.token_hex(8)}", time.monotonic()
    with our_errors():
        client.put_object(settings.s3_bucket, key, io.BytesIO(_BODY), len(_BODY))
        try:
            response = client.get_object(settings.s3_bucket, key)
            ahead_s = _ahead(response.headers.get("Date"))
            read = response.read()
            response.release_conn()
        finally:
            client.remove_object(settings.s3_bucket, key)
    if read != _BODY:
        raise TalewrightError("what was read is not what was written")
    return Visit(time.monotonic() - began, ahead_s)


def _ahead(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - time.time() if date else None
    except ValueError:
        return None
