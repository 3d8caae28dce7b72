"""What an answer of the provider means. Pure: from status, headers and JSON to what is to be done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Reason = Literal[
    "input_refused", "model_missing", "credit", "credentials", "throttled", "not_reached",
    "content_rejected", "hiccup", "model_error", "never_started", "stopped", "deadline", "not_wanted",
    "empty_output", "expired", "unreadable_output", "gone", "no_trace", "several_traces", "faded_traces", "stray",
]  # fmt: skip
"""Why something did not succeed, in a word that may stand in a record: the vendor's own text stays in the log."""

TERMINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})
NO_DELAY_GIVEN_S = 5.0


class Answer(msgspec.Struct, frozen=True):
    """A response as it came, before anybody tried to understand it. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def document(self) -> dict[str, Any]:
        """The JSON object in it; empty if it holds none."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        return found if isinstance(found, dict) else {}


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """What we read of a prediction. `removed`: its output was there and has been deleted."""

    id: str
    status: str
    input: dict[str, Any] | None = None
    output: Any = None
    error: str = ""
    created_at: str = ""
    webhook: str = ""
    removed: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in TERMINAL


class Taken(msgspec.Struct, frozen=True):
    """The provider works on it, and bills."""

    prediction_id: str


class Refused(msgspec.Struct, frozen=True):
    """Nothing was created, and the same again will not be either."""

    reason: Literal["input_refused", "model_missing", "credit", "credentials"]


class Later(msgspec.Struct, frozen=True):
    """Nothing was created; worth another try after `delay_s`."""

    reason: Literal["throttled", "not_reached"]
    delay_s: float


class Unknown(msgspec.Struct, frozen=True):
    """It may have been created or not."""

    why: str


CreateOutcome = Taken | Refused | Later | Unknown


def told_as(outcome: CreateOutcome) -> str:
    """An outcome in a word: taken, unknown, or why it was not taken."""
    match outcome:
        case Refused(reason=reason) | Later(reason=reason):
            return reason
        case Taken():
            return "taken"
        case _:
            return "unknown"


class Missing(msgspec.Struct, frozen=True):
    """The provider says that there is no such prediction."""


class Trouble(msgspec.Struct, frozen=True):
    """No answer to make sense of this time; ask again, not before `delay_s` if it is above 0."""

    why: str
    delay_s: float = 0.0


Reading = Prediction | Missing | Trouble


def of_create(answer: Answer) -> CreateOutcome:
    """What a response to a create means. A sending that got no response is the client's to judge."""
    document = answer.document()
    text = f"{document.get('title', '')} {document.get('detail', '')}"
    match answer.status:
        case status if 200 <= status < 300:
            found = document.get("id")
            return Taken(found) if isinstance(found, str) and found else Unknown(f"{status} without an id")
        case 402:
            return Refused("credit")
        case status if 400 <= status < 500 and "spend limit" in text.lower():
            return Refused("credit")
        case 401 | 403:
            return Refused("credentials")
        case 404:
            return Refused("model_missing")
        case 429:
            return Later("throttled", retry_after_s(answer))
        case 408:
            return Unknown("408")
        case status if 400 <= status < 500:
            return Refused("input_refused")
        case status:
            return Unknown(str(status))


def of_read(answer: Answer) -> Reading:
    """What a response to a question for one prediction means."""
    if answer.status == 404:
        return Missing()
    if answer.status == 429:
        return Trouble("429", retry_after_s(answer))
    if not 200 <= answer.status < 300:
        return Trouble(str(answer.status))
    return prediction(answer.document()) or Trouble("not a prediction")


def prediction(document: Mapping[str, Any]) -> Prediction | None:
    """A prediction from its JSON, whatever else is in there or missing; None if it is none."""
    found, status = document.get("id"), document.get("status")
    if not (isinstance(found, str) and found and isinstance(status, str)):
        return None
    given, error, output = document.get("input"), document.get("error"), document.get("output")
    succeeded_without = status == "succeeded" and output is None
    return Prediction(
        id=found,
        status=status,
        input=given if isinstance(given, dict) else None,
        output=output,
        error="" if error is None else str(error),
        created_at=str(document.get("created_at") or ""),
        webhook=str(document.get("webhook") or ""),
        removed=succeeded_without and (bool(document.get("data_removed")) or ("input" in document and given is None)),
    )


def listed(answer: Answer) -> tuple[list[Prediction], str] | None:
    """The predictions of one page of a list and where the next page is; None if this is no such page."""
    document = answer.document()
    rows = document.get("results")
    if answer.status != 200 or not isinstance(rows, list):
        return None
    found = [one for row in rows if isinstance(row, dict) and (one := prediction(row))]
    following = document.get("next")
    return found, following if isinstance(following, str) else ""


def retry_after_s(answer: Answer) -> float:
    """How long to wait, from the header, the JSON or the sentence: whichever says it."""
    document = answer.document()
    in_text = re.search(r"resets? in ~?(\d+(?:\.\d+)?)\s*s", str(document.get("detail", "")))
    for told in (answer.headers.get("retry-after"), document.get("retry_after"), in_text and in_text[1]):
        try:
            delay_s = float(told) if told is not None else -1.0
        except (TypeError, ValueError):
            continue
        if 0 <= delay_s < float("inf"):
            return delay_s
    return NO_DELAY_GIVEN_S


def why_not(ended: Prediction) -> Reason | None:
    """Why an ended prediction is of no use; None if it may be."""
    match ended.status:
        case "succeeded":
            return "expired" if ended.removed else ("empty_output" if is_empty(ended.output) else None)
        case "canceled":
            return "stopped"
        case "aborted":
            return "never_started"
        case _:
            return _why_failed(ended.error)


def _why_failed(error: str) -> Reason:
    if re.search(r"\bE005\b|flagged as sensitive|nsfw", error, re.IGNORECASE):
        return "content_rejected"
    if re.search(r"code: PA\b|please retry", error):
        return "hiccup"
    return "model_error"


def is_empty(output: Any) -> bool:
    """Whether there is nothing in an output."""
    if isinstance(output, list):
        return not any(not is_empty(one) for one in output)
    return output is None or (isinstance(output, str) and not output.strip())


def text_of(output: Any) -> str | None:
    """A model's text: whole, or in pieces to join; None if it is no text."""
    pieces = output if isinstance(output, list) else [output]
    return "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else None


def urls_of(output: Any) -> list[str] | None:
    """The files of an output: one URL or several; None if it is anything else."""
    urls = output if isinstance(output, list) else [output]
    wanted = [url for url in urls if url is not None]
    return wanted if all(isinstance(url, str) and "://" in url[:9] for url in wanted) else None
