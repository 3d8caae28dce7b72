"""How we talk to S3: short timeouts, few retries, and our own errors in place of the SDK's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import certifi
import urllib3
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from shared.errors import Invalid, NotFound, Unavailable
from shared.settings import S3Settings

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 4.5
_OURS_OR_MISSING = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")
_REFUSED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed")


class _PatientOnce(urllib3.Retry):
    """Retries what was refused or cut off, but not a silence: asking a hung server again doubles the wait."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def make_client(settings: S3Settings, connections: int) -> Minio:
    """A client for work: a dead server costs about five seconds at most."""
    retries = _PatientOnce(total=2, backoff_factor=0.1, status_forcelist=[500, 502, 503, 504])
    return _client(settings, connections, urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S), retries)


def make_probe(settings: S3Settings, timeout_s: float) -> Minio:
    """A client for one quick question, asked once."""
    return _client(settings, 2, urllib3.Timeout(total=timeout_s), urllib3.Retry(0))


def make_signer(settings: S3Settings) -> Minio:
    """A client that only signs URLs, for the address that users reach the store by. It never calls."""
    return _client(settings.public, 1, urllib3.Timeout(total=1.0), urllib3.Retry(0))


def base_url(settings: S3Settings) -> str:
    """Scheme, host and port of the store."""
    return f"{'https' if settings.s3_secure else 'http'}://{settings.s3_endpoint}"


def _client(settings: S3Settings, connections: int, timeout: urllib3.Timeout, retries: urllib3.Retry) -> Minio:
    authorities = settings.s3_ca_file or certifi.where()
    tls: dict[str, Any] = {"cert_reqs": "CERT_REQUIRED", "ca_certs": authorities} if settings.s3_secure else {}
    return Minio(
        settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=settings.s3_secure,
        region=settings.s3_region,
        http_client=urllib3.PoolManager(maxsize=connections, timeout=timeout, retries=retries, **tls),
    )


@contextmanager
def our_errors(key: str = "") -> Iterator[None]:
    """Turns the SDK's and the network's errors into `NotFound`, `Invalid` or `Unavailable`."""
    try:
        yield
    except S3Error as error:
        raise _translated(error, key) from error
    except (ServerError, InvalidResponseError, MinioException) as error:
        raise Unavailable(f"The artifact store failed: {error}") from error
    except HTTPError as error:
        raise Unavailable("The artifact store does not answer.") from error
    except ValueError as error:  # the SDK's checks of bucket and key names
        raise Invalid(f"Not a usable file key: {error}") from error


def _translated(error: S3Error, key: str) -> Exception:
    if error.code == "NoSuchKey":
        return NotFound(f"There is no file {key}." if key else "There is no such file.")
    if error.code == "InvalidRange":
        return Invalid("The range lies outside the file.")
    if error.code in _REFUSED:
        return Unavailable("The artifact store refuses our credentials.")
    return Unavailable(f"The artifact store failed: {error.code}.")


def bucket_was_there(error: S3Error) -> bool:
    """Whether making a bucket failed only because somebody made it first."""
    return error.code in _OURS_OR_MISSING
