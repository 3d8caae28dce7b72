"""The laws of the token bucket and of the breaker."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.gate import (
    Limits,
    Pass,
    Refuse,
    Tokens,
    Wait,
    after,
    decide,
    draw,
    fewer,
    stricter,
)
from services.media.replicate.outcomes import CreateOutcome, Later, Refused, Taken, Unknown
from shared.contracts.providers import Circuit

LIMITS = Limits(failures=3, window_s=60, errors_s=30, billing_s=300, trial_s=90)
NOW = 1_700_000_000_000
TAKEN, CREDIT, TOKEN, DOWN = Taken("p"), Refused("credit"), Refused("credentials"), Unknown("502")

steps = st.lists(st.integers(0, 5_000), max_size=60)
outcomes: st.SearchStrategy[CreateOutcome] = st.one_of(
    st.sampled_from([TAKEN, CREDIT, TOKEN, DOWN, Refused("input_refused"), Refused("model_missing")]),
    st.just(Later("not_reached", 2.0)),
    st.builds(Later, st.just("throttled"), st.floats(0, 10_000)),
)


@st.composite
def circuits(draw_: st.DrawFn) -> Circuit:
    """Circuits that can come about: from a history of orders, with time in between."""
    circuit, now_ms = Circuit(), NOW - 10**7
    for outcome, step_ms in draw_(st.lists(st.tuples(outcomes, st.integers(0, 120_000)), max_size=12)):
        now_ms += step_ms
        verdict, circuit = decide(circuit, now_ms, LIMITS)
        if isinstance(verdict, Pass) or draw_(st.booleans()):
            circuit = after(circuit, outcome, now_ms, LIMITS)
    shift = NOW - now_ms
    return msgspec.structs.replace(
        circuit,
        until_ms=circuit.until_ms + shift if circuit.until_ms else 0,
        rest_until_ms=circuit.rest_until_ms + shift if circuit.rest_until_ms else 0,
        failures_ms=tuple(time + shift for time in circuit.failures_ms),
    )


# ---- how fast


@given(steps, st.integers(1, 6000), st.integers(1, 20), st.integers(0, 10_000))
def test_no_stretch_of_time_sees_more_than_the_burst_and_the_rate(
    pauses: list[int], per_min: int, burst: int, most_ms: int
) -> None:
    tokens, now_ms, sent = Tokens(burst, NOW), NOW, list[int]()
    for pause_ms in pauses:
        now_ms += pause_ms
        wait_ms, tokens = draw(tokens, now_ms, per_min, burst, most_ms)
        if wait_ms is not None:
            assert 0 <= wait_ms <= most_ms
            sent.append(now_ms + wait_ms)
    assert sent == sorted(sent)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            most = burst + per_min * (sent[last] - sent[first] + 1) / 60_000  # times are whole ms
            assert last - first + 1 <= most + 1e-6


@given(st.floats(-1000, 20), st.integers(-(10**9), 10**9), st.integers(1, 600), st.integers(1, 20))
def test_whatever_the_record_says_the_next_minute_but_one_has_an_order(
    amount: float, apart_ms: int, per_min: int, burst: int
) -> None:
    debt = max(0.0, -amount)
    _, tokens = draw(Tokens(amount, NOW + apart_ms), NOW, per_min, burst, 0)
    later_ms = NOW + 120_000 + round(debt * 60_000 / per_min)
    assert draw(tokens, later_ms, per_min, burst, 0)[0] == 0


def test_a_refused_draw_costs_nothing_and_promises_are_in_order() -> None:
    tokens = Tokens(1.0, NOW)
    waits = []
    for _ in range(3):
        wait_ms, tokens = draw(tokens, NOW, 60, 1, 1_500)
        waits.append(wait_ms)
    assert waits == [0, 1_000, None]
    assert draw(tokens, NOW + 500, 60, 1, 1_500)[0] == 1_500


def test_a_record_from_the_future_gives_nothing_away() -> None:
    assert draw(Tokens(20.0, NOW + 3_600_000), NOW, 60, 10, 0)[0] is None
    wait_ms, _ = draw(Tokens(-1.0, NOW + 2_000), NOW, 60, 1, 60_000)
    assert wait_ms == 4_000


@given(st.builds(Tokens, st.floats(-9, 9), st.integers(0, 99)), st.builds(Tokens, st.floats(-9, 9), st.integers(0, 99)))
def test_two_stories_make_the_poorer_one(one: Tokens, other: Tokens) -> None:
    both = fewer(one, other)
    assert both == fewer(other, one)
    assert both.amount <= min(one.amount, other.amount)
    assert msgspec.json.decode(msgspec.json.encode(both), type=Tokens) == both


# ---- whether at all


@pytest.mark.parametrize(("outcome", "reason"), [(CREDIT, "billing"), (TOKEN, "credentials")])
def test_what_an_operator_must_see_to_opens_at_once(outcome: CreateOutcome, reason: str) -> None:
    circuit = after(Circuit(), outcome, NOW, LIMITS)
    assert decide(circuit, NOW + 299_999, LIMITS)[0] == Refuse(reason, 1)  # type: ignore[arg-type]
    verdict, circuit = decide(circuit, NOW + 300_000, LIMITS)
    assert verdict == Pass(trial=True)
    again, circuit = decide(circuit, NOW + 300_001, LIMITS)
    assert again == Refuse(reason, 5_000)  # type: ignore[arg-type]
    assert after(circuit, TAKEN, NOW + 300_500, LIMITS) == Circuit()
    assert after(circuit, outcome, NOW + 300_500, LIMITS).until_ms == NOW + 600_500


def test_errors_open_when_they_outnumber_what_worked() -> None:
    circuit = Circuit()
    for outcome in (DOWN, TAKEN, DOWN, DOWN, TAKEN, DOWN):
        circuit = after(circuit, outcome, NOW, LIMITS)
        assert circuit.state == "closed"
    assert after(circuit, Later("not_reached", 2.0), NOW + 59_999, LIMITS).reason == "errors"
    assert after(circuit, DOWN, NOW + 60_000, LIMITS).state == "closed"  # too long ago


def test_every_failed_trial_doubles_the_pause_up_to_the_longest() -> None:
    circuit, now_ms, pauses = Circuit(), NOW, []
    for _ in range(3):
        circuit = after(circuit, DOWN, now_ms, LIMITS)
    for _ in range(6):
        pauses.append((circuit.until_ms - now_ms) // 1000)
        now_ms = circuit.until_ms
        verdict, circuit = decide(circuit, now_ms, LIMITS)
        assert verdict == Pass(trial=True)
        circuit = after(circuit, DOWN, now_ms, LIMITS)
    assert pauses == [30, 60, 120, 240, 300, 300]


def test_a_trial_that_never_ends_is_given_up() -> None:
    _, circuit = decide(after(Circuit(), CREDIT, NOW, LIMITS), NOW + 300_000, LIMITS)
    assert isinstance(decide(circuit, NOW + 389_999, LIMITS)[0], Refuse)
    assert decide(circuit, NOW + 390_000, LIMITS)[0] == Pass(trial=True)


def test_an_order_that_was_no_good_says_nothing_about_credit() -> None:
    _, circuit = decide(after(Circuit(), CREDIT, NOW, LIMITS), NOW + 300_000, LIMITS)
    circuit = after(circuit, Refused("input_refused"), NOW + 300_100, LIMITS)
    assert decide(circuit, NOW + 300_100, LIMITS)[0] == Pass(trial=True)


def test_who_is_throttled_rests_and_then_goes_slowly_until_it_is_well_again() -> None:
    circuit = after(Circuit(), Later("throttled", 5.0), NOW, LIMITS)
    assert decide(circuit, NOW + 1_000, LIMITS)[0] == Wait(4_000)
    verdict, circuit = decide(circuit, NOW + 5_000, LIMITS)
    assert verdict == Pass()
    assert decide(circuit, NOW + 6_000, LIMITS)[0] == Wait(4_000)  # one at a time
    now_ms, orders = NOW + 5_000, 0
    while circuit.gap_ms:
        circuit = after(circuit, TAKEN, now_ms, LIMITS)
        now_ms = max(now_ms, circuit.rest_until_ms)
        verdict, circuit = decide(circuit, now_ms, LIMITS)
        assert verdict == Pass()
        orders += 1
    assert orders < 15
    assert now_ms - NOW < 30_000
    assert circuit.state == "closed"


@given(circuits())
def test_a_closed_or_tried_circuit_lets_orders_through_sooner_or_later(circuit: Circuit) -> None:
    verdict, circuit = decide(circuit, NOW, LIMITS)
    longest_ms = 300_000
    if isinstance(verdict, Refuse | Wait):
        assert 0 < verdict.delay_ms <= longest_ms
    assert isinstance(decide(circuit, NOW + longest_ms, LIMITS)[0], Pass)


@given(st.integers(-(10**13), 10**13), st.sampled_from(["open", "half-open"]), st.integers(-(10**13), 10**13))
def test_a_wrong_clock_locks_nobody_out_for_ever(until_ms: int, state: str, rest_ms: int) -> None:
    circuit = Circuit(state=state, reason="errors", until_ms=NOW + until_ms, rest_until_ms=NOW + rest_ms)  # type: ignore[arg-type]
    _, circuit = decide(circuit, NOW, LIMITS)
    assert isinstance(decide(circuit, NOW + 300_000, LIMITS)[0], Pass)


@given(circuits(), st.lists(st.integers(0, 80_000), min_size=1, max_size=10))
def test_only_one_trial_is_under_way(circuit: Circuit, pauses: list[int]) -> None:
    """Without news, no two orders of a circuit that is not closed go within the time of a trial."""
    now_ms, trials = NOW, list[int]()
    for pause_ms in pauses:
        now_ms += pause_ms
        verdict, circuit = decide(circuit, now_ms, LIMITS)
        if verdict == Pass(trial=True):
            trials.append(now_ms)
    assert all(later - earlier >= 90_000 for earlier, later in pairwise(trials))


@given(circuits(), outcomes, st.integers(0, 60_000))
def test_news_never_closes_what_is_open(circuit: Circuit, outcome: CreateOutcome, late_ms: int) -> None:
    """What was sent before the breaker opened, and comes back after, does not close it or shorten its time."""
    if circuit.state == "open":
        told = after(circuit, outcome, NOW - late_ms, LIMITS)
        assert told.state == "open"
        assert told.until_ms >= circuit.until_ms


@given(circuits(), circuits(), circuits())
def test_stricter_is_a_join(a: Circuit, b: Circuit, c: Circuit) -> None:
    assert stricter(a, b) == stricter(b, a)
    assert stricter(a, stricter(b, c)) == stricter(stricter(a, b), c)
    assert stricter(a, a) == a
    assert stricter(a, Circuit()) == a


@given(circuits(), circuits(), st.integers(0, 400_000))
def test_what_either_forbids_both_forbid(a: Circuit, b: Circuit, later_ms: int) -> None:
    now_ms = NOW + later_ms
    verdicts = [decide(one, now_ms, LIMITS)[0] for one in (a, b, stricter(a, b))]
    if not all(isinstance(one, Pass) for one in verdicts[:2]):
        assert not isinstance(verdicts[2], Pass)


@given(circuits())
def test_a_circuit_survives_its_record(circuit: Circuit) -> None:
    assert msgspec.json.decode(msgspec.json.encode(circuit), type=Circuit) == circuit


def test_people_see_that_its_time_is_up() -> None:
    circuit = after(Circuit(), CREDIT, NOW, LIMITS)
    assert (circuit.shown(NOW), circuit.shown(NOW + 300_000)) == ("open", "half-open")
