"""What answers mean, without a network."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.replicate import outcomes as o
from services.media.replicate.downloads import allowed
from services.media.replicate.media_types import sniff
from services.media.replicate.outcomes import Answer, Later, Reason, Refused, Taken, Trouble, Unknown
from services.media.replicate.wording import failure
from shared.errors import Rejected
from tests.replicate_double import ALL_NSFW, HICCUP, NSFW


def answer(status: int, body: Any = b"", **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


@pytest.mark.parametrize(
    ("given_answer", "meaning"),
    [
        (answer(201, {"id": "p"}), Taken("p")),
        (answer(202, {"id": "p", "status": "aborted"}), Taken("p")),
        (answer(201, {"id": ""}), Unknown("201 without an id")),
        (answer(200, b"\xff\xfe"), Unknown("200 without an id")),
        (answer(401), Refused("credentials")),
        (answer(402), Refused("credit")),
        (answer(429, {"detail": "Monthly spend limit reached"}), Refused("credit")),
        (answer(404), Refused("model_missing")),
        (answer(422, {"detail": "- input: prompt is required"}), Refused("input_refused")),
        (answer(408), Unknown("408")),
        (answer(500), Unknown("500")),
        (answer(302), Unknown("302")),
        (answer(429, {}, retry_after="7"), Later("throttled", 7.0)),
        (answer(429, {"retry_after": 5}), Later("throttled", 5.0)),
        (answer(429, {"detail": "Your rate limit resets in ~30s."}), Later("throttled", 30.0)),
        (answer(429, {"retry_after": "soon"}, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), Later("throttled", 5.0)),
        (answer(429, {}, retry_after="nan"), Later("throttled", 5.0)),
        (answer(429, {}, retry_after="-1"), Later("throttled", 5.0)),
    ],
)
def test_a_create(given_answer: Answer, meaning: o.CreateOutcome) -> None:
    assert o.of_create(given_answer) == meaning


@given(st.integers(100, 599), st.binary(max_size=40), st.dictionaries(st.sampled_from(["retry-after"]), st.text()))
def test_no_answer_is_too_odd(status: int, body: bytes, headers: dict[str, str]) -> None:
    strange = Answer(status, headers, body)
    assert isinstance(o.of_create(strange), get_args(o.CreateOutcome))
    assert isinstance(o.of_read(strange), get_args(o.Reading))
    assert 0 <= o.retry_after_s(strange) < float("inf")
    o.listed(strange)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "status", "a"]), inner),
    max_leaves=6,
)
FIELDS = ["id", "status", "input", "output", "error", "created_at", "webhook", "data_removed"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["succeeded", "failed"])))
def test_no_prediction_is_too_odd(document: dict[str, Any]) -> None:
    if found := o.prediction(document):
        o.why_not(found)
        o.text_of(found.output)
        o.urls_of(found.output)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NSFW, "content_rejected"), (ALL_NSFW, "content_rejected"), (HICCUP, "hiccup"),
        ("CUDA out of memory", "model_error"), ("", "model_error"),
    ],
)  # fmt: skip
def test_why_a_run_failed(error: str, reason: Reason) -> None:
    assert o.why_not(o.Prediction(id="p", status="failed", error=error)) == reason


def test_text_and_files() -> None:
    assert o.text_of(["a", "b"]) == "ab"
    assert o.text_of([1]) is None
    assert o.urls_of("https://a/b") == ["https://a/b"]
    assert o.urls_of(["https://a/b", None]) == ["https://a/b"]
    assert o.urls_of({"a": "https://a/b"}) is None
    assert o.urls_of("data:image/png;base64,xx") is None


def test_every_reason_has_words_without_the_vendor() -> None:
    for reason in get_args(Reason):
        error = failure(reason)
        assert isinstance(error, Rejected)
        assert error.message.endswith(".")
        assert "replicate" not in error.message.lower()


def test_a_read() -> None:
    assert o.of_read(answer(404)) == o.Missing()
    assert o.of_read(answer(429, {"retry_after": 3})) == Trouble("429", 3.0)
    assert o.of_read(answer(200, [1])) == Trouble("not a prediction")
    gone = o.of_read(answer(200, {"id": "p", "status": "succeeded", "output": None, "input": None}))
    assert isinstance(gone, o.Prediction)
    assert o.why_not(gone) == "expired"


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://replicate.delivery/a.png", True),
        ("https://x.y.replicate.delivery/a.png?b", True),
        ("https://REPLICATE.delivery:443/a", True),
        ("https://replicate.delivery:8443/a", False),
        ("http://replicate.delivery/a", False),
        ("https://evilreplicate.delivery/a", False),
        ("https://replicate.delivery.evil.example/a", False),
        ("https://replicate.delivery@evil.example/a", False),
        ("https://user:pw@replicate.delivery/a", False),
        ("http://127.0.0.1:8000/a", True),
        ("http://127.0.0.1:8001/a", False),
        ("http://127.0.0.1:8000@evil.example/", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("https://replicate.delivery:x/a", False),
        ("", False),
    ],
)
def test_where_files_may_come_from(url: str, good: bool) -> None:
    assert allowed(url, ("127.0.0.1:8000",)) is good


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"RIFF1234WEBP", "image/webp"),
        (b"RIFF1234WAVE", "audio/wav"), (b"RIFF1234AVI ", ""), (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"ID3\x04", "audio/mpeg"), (b"\xff\xfb\x90", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"), (b"<html>", ""),
        (b"", ""), (b"\xff", ""),
    ],
)  # fmt: skip
def test_what_bytes_are(head: bytes, media_type: str) -> None:
    assert sniff(head) == media_type
