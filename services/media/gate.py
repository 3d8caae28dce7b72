"""How many orders go to a provider that bills, and whether any go at all. Pure; times are ms since 1970 UTC.

Both machines take their state and give it back, so that it can be kept where all workers see it. Where clocks or
records are wrong, they err towards fewer orders, but never for ever.
"""

from __future__ import annotations

import math
from collections import Counter

import msgspec
from msgspec.structs import replace

from services.media.replicate.outcomes import CreateOutcome, Later, Refused, Taken
from shared.contracts.providers import Circuit, CircuitReason

_CLOCKS_APART_MS = 60_000
_GAP_LEAST_MS, _GAP_MOST_MS = 200, 10_000
"""The slowest pace that a provider is known to ask for is six orders a minute."""
_TRIAL_TAKES_MS = 5_000
"""After so long most trials have an outcome."""
_RANKS = {"closed": 0, "half-open": 1, "open": 2}
_REASONS: tuple[CircuitReason, ...] = ("", "errors", "credentials", "billing")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed, for all workers together. Durations are in seconds."""

    creates_per_min: int = 600
    burst: int = 10
    """So many orders at once after a quiet moment."""
    concurrency: int = 8
    """So many orders under way."""
    failures: int = 5
    """So many more failures than successes within `window_s` open the breaker."""
    window_s: float = 60.0
    errors_s: float = 30.0
    """How long errors keep it open at first; doubles with every failed trial, up to `billing_s`."""
    billing_s: float = 300.0
    """How long it stays open where only an operator can help."""
    trial_s: float = 90.0
    """When a trial without an outcome is given up; longer than a create may take."""
    patience_s: float = 60.0
    """How long an order waits for its moment before its job is put back."""
    slot_wait_s: float = 600.0
    """How long an order waits for a place among those under way."""


# ---- how fast


class Tokens(msgspec.Struct, frozen=True, array_like=True):
    """A bucket of tokens as it was at `at_ms`; below zero, so many are promised to orders that wait."""

    amount: float
    at_ms: int


def draw(tokens: Tokens, now_ms: int, per_min: float, burst: float, wait_most_ms: int) -> tuple[int | None, Tokens]:
    """After how many ms one order may go, and the bucket without its token.

    None: it would be more than `wait_most_ms`; then no token is taken. Orders go in the order of their draws.
    """
    amount, at_ms = tokens.amount, tokens.at_ms
    if at_ms > now_ms + _CLOCKS_APART_MS:  # some clock was wrong: begin anew, with nothing
        amount, at_ms = min(amount, 0.0), now_ms
    per_ms = per_min / 60_000
    amount = min(amount + max(0, now_ms - at_ms) * per_ms, burst)
    at_ms = max(at_ms, now_ms)
    left = amount - 1
    wait_ms = 0 if left >= 0 else math.ceil(-left / per_ms) + at_ms - now_ms
    if wait_ms > wait_most_ms:
        return None, Tokens(amount, at_ms)
    return wait_ms, Tokens(left, at_ms)


def fewer(one: Tokens, other: Tokens) -> Tokens:
    """What is left where two tell different stories."""
    return Tokens(min(one.amount, other.amount), max(one.at_ms, other.at_ms))


# ---- whether at all


class Pass(msgspec.Struct, frozen=True):
    """Send it. A trial is the only one under way, and everybody waits for its outcome."""

    trial: bool = False


class Wait(msgspec.Struct, frozen=True):
    """Ask again after so long: the provider wants a rest."""

    delay_ms: int


class Refuse(msgspec.Struct, frozen=True):
    """Send nothing for so long."""

    reason: CircuitReason
    delay_ms: int


Verdict = Pass | Wait | Refuse


def decide(circuit: Circuit, now_ms: int, limits: Limits) -> tuple[Verdict, Circuit]:
    """Whether an order may go now, and the circuit after that answer."""
    circuit = _sane(circuit, now_ms, limits)
    if circuit.state != "closed" and now_ms < circuit.until_ms:
        left_ms = circuit.until_ms - now_ms
        return Refuse(circuit.reason, left_ms if circuit.state == "open" else min(left_ms, _TRIAL_TAKES_MS)), circuit
    if now_ms < circuit.rest_until_ms:
        return Wait(circuit.rest_until_ms - now_ms), circuit
    if circuit.gap_ms:
        circuit = replace(circuit, rest_until_ms=now_ms + circuit.gap_ms)
    if circuit.state == "closed":
        return Pass(), circuit
    return Pass(trial=True), replace(circuit, state="half-open", until_ms=now_ms + _ms(limits.trial_s))


def after(circuit: Circuit, outcome: CreateOutcome, now_ms: int, limits: Limits) -> Circuit:
    """The circuit after what became of one order. News from before it opened change nothing for the better."""
    match outcome:
        case Refused(reason="credit"):
            return _open(circuit, "billing", now_ms + _ms(limits.billing_s))
        case Refused(reason="credentials"):
            return _open(circuit, "credentials", now_ms + _ms(limits.billing_s))
        case Later(reason="throttled", delay_s=delay_s):
            return _slower(circuit, now_ms, _ms(min(delay_s, limits.billing_s)))
        case Taken():
            return _taken(circuit)
        case Refused():
            return _answered(circuit, now_ms)
        case _:
            return _failed(circuit, now_ms, limits)


def stricter(one: Circuit, other: Circuit) -> Circuit:
    """What holds where two tell different stories: whatever either of them forbids."""
    return Circuit(
        state=max(one.state, other.state, key=lambda state: _RANKS[state]),
        reason=max(one.reason, other.reason, key=_REASONS.index),
        until_ms=max(one.until_ms, other.until_ms),
        trials=max(one.trials, other.trials),
        failures_ms=tuple(sorted((Counter(one.failures_ms) | Counter(other.failures_ms)).elements())),
        rest_until_ms=max(one.rest_until_ms, other.rest_until_ms),
        gap_ms=max(one.gap_ms, other.gap_ms),
    )


def _sane(circuit: Circuit, now_ms: int, limits: Limits) -> Circuit:
    """Nobody is kept out for longer than the longest that was ever meant: a clock may have been wrong."""
    longest_ms = now_ms + _ms(max(limits.billing_s, limits.errors_s, limits.trial_s))
    if max(circuit.until_ms, circuit.rest_until_ms) <= longest_ms:
        return circuit
    until_ms, rest_ms = min(circuit.until_ms, longest_ms), min(circuit.rest_until_ms, longest_ms)
    return replace(circuit, until_ms=until_ms, rest_until_ms=rest_ms)


def _open(circuit: Circuit, reason: CircuitReason, until_ms: int) -> Circuit:
    """What an operator must see to outweighs errors."""
    if circuit.state == "open":
        until_ms = max(until_ms, circuit.until_ms)
    return replace(circuit, state="open", reason=reason, until_ms=until_ms, failures_ms=())


def _closed(circuit: Circuit) -> Circuit:
    return Circuit(rest_until_ms=circuit.rest_until_ms, gap_ms=circuit.gap_ms)


def _slower(circuit: Circuit, now_ms: int, delay_ms: int) -> Circuit:
    """It answers, and there is credit; but orders are to come one by one, this far apart."""
    circuit = _closed(circuit) if circuit.state == "half-open" else circuit
    rest_ms = max(circuit.rest_until_ms, now_ms + delay_ms)
    return replace(circuit, rest_until_ms=rest_ms, gap_ms=max(circuit.gap_ms, min(delay_ms, _GAP_MOST_MS)))


def _taken(circuit: Circuit) -> Circuit:
    if circuit.state == "open":
        return circuit
    gap_ms = circuit.gap_ms * 3 // 4
    circuit = _closed(circuit) if circuit.state == "half-open" else circuit
    return replace(circuit, failures_ms=circuit.failures_ms[1:], gap_ms=gap_ms if gap_ms >= _GAP_LEAST_MS else 0)


def _answered(circuit: Circuit, now_ms: int) -> Circuit:
    """The order was no good, and so tells nothing about credit: another one may try at once."""
    if circuit.state == "half-open":
        return replace(circuit, until_ms=now_ms) if circuit.reason == "billing" else _closed(circuit)
    return replace(circuit, failures_ms=circuit.failures_ms[1:]) if circuit.state == "closed" else circuit


def _failed(circuit: Circuit, now_ms: int, limits: Limits) -> Circuit:
    if circuit.state == "open":
        return circuit
    if circuit.state == "half-open":
        open_s = min(limits.errors_s * 2 ** min(circuit.trials + 1, 20), max(limits.billing_s, limits.errors_s))
        return replace(_open(circuit, circuit.reason, now_ms + _ms(open_s)), trials=circuit.trials + 1)
    window_ms = _ms(limits.window_s)
    recent = [time_ms for time_ms in circuit.failures_ms if abs(now_ms - time_ms) < window_ms]
    failures_ms = tuple(sorted((*recent, now_ms)))
    if len(failures_ms) < limits.failures:
        return replace(circuit, failures_ms=failures_ms)
    return _open(circuit, "errors", now_ms + _ms(limits.errors_s))


def _ms(duration_s: float) -> int:
    return round(duration_s * 1000)
