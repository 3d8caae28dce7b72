"""What a failure means for whoever bought: whether it is worth another sending, and what the user reads. Pure."""

from __future__ import annotations

from services.media.replicate.outcomes import Reason
from shared.errors import Rejected, TalewrightError, Unavailable

WORTH_ANOTHER: frozenset[Reason] = frozenset({"hiccup", "model_error", "never_started"})
"""After these a step is sent once more, as a step of its own."""

FREE: frozenset[Reason] = frozenset({"never_started", "input_refused", "model_missing"})
"""These cost nothing. Whatever else was taken is counted as paid, until the provider's bill says otherwise."""

_REJECTED: dict[Reason, str] = {
    "content_rejected": "The content was refused as unsuitable. Please change the wording and try again.",
    "input_refused": "The generation service does not accept this order.",
    "model_missing": "The generation service does not offer this kind of work at present.",
    "empty_output": "The generation service produced nothing. Please try again.",
    "deadline": "The generation took too long and was stopped. Please try again.",
    "stopped": "The generation was stopped before it was done. Please try again.",
    "not_wanted": "The generation was stopped because its result is not wanted any more.",
}
_LOST_FOR: frozenset[Reason] = frozenset(
    {"expired", "unreadable_output", "gone", "several_traces", "faded_traces", "stray"}
)
_LOST = "The result of the generation could not be had. Please try again."
_FAILED = "The generation failed. Please try again."
_AWAY = "Generation is temporarily unavailable. Please try again later."


class TryLater(Unavailable):
    """Nothing was bought; `delay_s` says how long the provider asks us to stay away (0: it does not say)."""

    def __init__(self, delay_s: float = 0.0) -> None:
        super().__init__(_AWAY)
        self.delay_s = delay_s


def failure(reason: str) -> TalewrightError:
    """The error for a step that will not succeed in this attempt. `Rejected`: asking again gives the same record."""
    if reason in _LOST_FOR:
        return Rejected(_LOST)
    return Rejected(next((text for known, text in _REJECTED.items() if known == reason), _FAILED))
