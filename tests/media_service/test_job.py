"""The rules of a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.job import JOB, Finish, GiveUp, Intend, JobRequest, RecordSubmission, Settle, Step
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Charge
from shared.errors import ConcurrencyConflict
from tests.spec import Spec

REF = JobRef(owner="7", task="1", segment=2, run=2, kind="draw_image", item=3)
PNG = Artifact(name="image/p3.png", key="k", media_type="image/png", size_bytes=9)
COST = Charge(service="replicate", model="m", quantity=1, unit="image", amount_microusd=3000, billed=True)
STARTED = e.JobStarted(job=REF, attempt=1, provider="replicate")
COMPLETED = e.JobCompleted(job=REF, attempt=1, artifacts=(PNG,), charges=(COST,))
FAILED = e.JobFailed(job=REF, attempt=1, reason="no")


def intend(nonce: str = "n1", attempt: int = 1, step: str = "draw") -> Intend:
    return Intend(job=REF, attempt=attempt, provider="replicate", step=step, nonce=nonce, model="m", input_sha256="s")


def record(provider_job_id: str = "p1", nonce: str = "n1", attempt: int = 1, step: str = "draw") -> RecordSubmission:
    return RecordSubmission(
        job=REF, attempt=attempt, provider="replicate", step=step, nonce=nonce, provider_job_id=provider_job_id
    )


def settle(outcome: e.Outcome = "succeeded", provider_job_id: str = "p1", nonce: str = "n1", **more: Any) -> Settle:
    return Settle(
        job=REF, attempt=more.pop("attempt", 1), provider="replicate", step=more.pop("step", "draw"), nonce=nonce,
        outcome=outcome, provider_job_id=provider_job_id, **more,
    )  # fmt: skip


def intended(nonce: str = "n1", attempt: int = 1) -> e.SubmissionIntended:
    return e.SubmissionIntended(
        job=REF, attempt=attempt, provider="replicate", step="draw", nonce=nonce, model="m", input_sha256="s"
    )


def submitted(provider_job_id: str = "p1", nonce: str = "n1") -> e.ProviderJobSubmitted:
    return e.ProviderJobSubmitted(
        job=REF, attempt=1, provider="replicate", provider_job_id=provider_job_id, step="draw", nonce=nonce
    )


def settled(outcome: e.Outcome, provider_job_id: str = "p1", nonce: str = "n1", **more: Any) -> e.ProviderJobSettled:
    return e.ProviderJobSettled(
        job=REF, attempt=1, provider="replicate", step="draw", nonce=nonce, outcome=outcome,
        provider_job_id=provider_job_id, **more,
    )  # fmt: skip


def finish(attempt: int = 1) -> Finish:
    return Finish(job=REF, attempt=attempt, artifacts=(PNG,), charges=(COST,))


def test_the_first_intention_of_an_attempt_reserves_it() -> None:
    Spec(JOB).when(intend()).then(STARTED, intended())
    Spec(JOB, STARTED).when(intend()).then(intended())
    second = e.JobStarted(job=REF, attempt=2, provider="replicate")
    Spec(JOB, STARTED, FAILED).when(intend("n2", 2)).then(second, intended("n2", 2))


def test_a_step_is_not_sent_while_nobody_knows_what_became_of_it() -> None:
    Spec(JOB, STARTED, intended()).when(intend()).nothing()
    Spec(JOB, STARTED, intended()).when(intend("n2")).refused(ConcurrencyConflict, "sent already")
    Spec(JOB, STARTED, intended(), submitted()).when(intend("n2")).refused(ConcurrencyConflict)
    Spec(JOB, STARTED, intended(), FAILED).when(intend("n2", 2)).refused(ConcurrencyConflict)


def test_what_succeeded_is_never_sent_again() -> None:
    past = (STARTED, intended(), submitted(), settled("succeeded"))
    Spec(JOB, *past).when(intend("n2")).refused(ConcurrencyConflict)
    Spec(JOB, *past, FAILED).when(intend("n2", 2)).refused(ConcurrencyConflict)


def test_what_was_taken_and_failed_is_sent_again_only_in_a_later_attempt() -> None:
    for outcome in ("failed", "canceled", "aborted", "lost"):
        past = (STARTED, intended(), submitted(), settled(outcome))
        Spec(JOB, *past).when(intend("n2")).refused(ConcurrencyConflict)
        again = e.JobStarted(job=REF, attempt=2, provider="replicate")
        Spec(JOB, *past, FAILED).when(intend("n2", 2)).then(again, intended("n2", 2))


def test_what_never_arrived_is_sent_again_at_once() -> None:
    Spec(JOB, STARTED, intended(), settled("unsent", "")).when(intend("n2")).then(intended("n2"))


def test_nothing_is_sent_for_an_attempt_that_is_over() -> None:
    Spec(JOB, COMPLETED).when(intend()).nothing()
    Spec(JOB, STARTED, FAILED).when(intend()).nothing()
    later = e.JobStarted(job=REF, attempt=2, provider="replicate")
    Spec(JOB, STARTED, later).when(intend()).refused(ConcurrencyConflict, "later attempt")


def test_a_submission_is_recorded_once_and_only_under_its_intention() -> None:
    Spec(JOB, STARTED, intended()).when(record()).then(submitted())
    Spec(JOB, STARTED, intended(), submitted()).when(record()).nothing()
    Spec(JOB, STARTED, intended(), submitted()).when(record("p2")).refused(ConcurrencyConflict)
    Spec(JOB, STARTED, intended()).when(record(nonce="n2")).refused(ConcurrencyConflict)
    Spec(JOB, STARTED).when(record()).refused(ConcurrencyConflict)
    Spec(JOB, STARTED, intended(), settled("lost", "")).when(record()).refused(ConcurrencyConflict)


def test_a_late_answer_outweighs_the_finding_that_nothing_was_sent() -> None:
    past = (STARTED, intended(), settled("unsent", "", reason="no_trace"))
    Spec(JOB, *past).when(record()).then(submitted())
    step = Spec(JOB, *past, submitted()).state.steps["draw"]
    assert (step.outcome, step.reason, step.provider_job_id) == (None, "", "p1")


def test_money_that_was_spent_is_recorded_even_when_the_attempt_is_over() -> None:
    for end in (COMPLETED, FAILED):
        Spec(JOB, STARTED, intended(), end).when(record()).then(submitted())
        Spec(JOB, STARTED, intended(), submitted(), end).when(settle(charge=COST)).then(
            settled("succeeded", charge=COST)
        )


def test_a_sending_is_settled_once_and_the_first_word_stands() -> None:
    past = (STARTED, intended(), submitted())
    Spec(JOB, *past).when(settle(outputs=(PNG,), charge=COST)).then(settled("succeeded", outputs=(PNG,), charge=COST))
    Spec(JOB, *past, settled("succeeded")).when(settle("failed")).nothing()
    Spec(JOB, STARTED, intended()).when(settle("unsent", "")).then(settled("unsent", ""))


def test_nothing_is_settled_against_a_newer_word() -> None:
    Spec(JOB, STARTED).when(settle("unsent", "")).refused(ConcurrencyConflict)
    Spec(JOB, STARTED, intended(), submitted()).when(settle("unsent", "")).refused(ConcurrencyConflict)
    Spec(JOB, STARTED, intended()).when(settle("succeeded", "p1")).refused(ConcurrencyConflict)
    past = (STARTED, intended(), settled("unsent", ""), intended("n2"))
    Spec(JOB, *past).when(settle("unsent", "")).refused(ConcurrencyConflict)
    Spec(JOB, *past).when(settle("lost", "")).refused(ConcurrencyConflict)


def test_a_prediction_that_no_step_waits_for_is_lost_and_costs() -> None:
    past = (STARTED, intended(), settled("unsent", ""), intended("n2"), submitted("p2", "n2"))
    stray = settled("lost", "p1", charge=COST)
    Spec(JOB, *past).when(settle("lost", "p1", charge=COST)).then(stray)
    after = Spec(JOB, *past, stray).state
    assert after.charges == (COST,)
    assert after.steps == Spec(JOB, *past).state.steps
    Spec(JOB, *past).when(settle("lost", "p2", "n1")).nothing()


def test_a_job_is_completed_once() -> None:
    Spec(JOB).when(finish()).then(COMPLETED)
    Spec(JOB, COMPLETED).when(finish()).nothing()


def test_a_late_success_counts_even_after_the_attempt_was_given_up() -> None:
    Spec(JOB, FAILED).when(finish()).then(COMPLETED)


def test_an_attempt_is_given_up_once_and_never_after_success() -> None:
    Spec(JOB).when(GiveUp(REF, 1, "no")).then(FAILED)
    Spec(JOB, FAILED).when(GiveUp(REF, 1, "no")).nothing()
    Spec(JOB, COMPLETED).when(GiveUp(REF, 1, "no")).nothing()


def test_settled_and_unsettled() -> None:
    assert Spec(JOB, COMPLETED).state.settled(5)
    assert Spec(JOB, FAILED).state.settled(1)
    assert not Spec(JOB, FAILED).state.settled(2)
    assert list(Spec(JOB, STARTED, intended()).state.unsettled()) == ["draw"]
    assert not Spec(JOB, STARTED, intended(), settled("unsent", "")).state.unsettled()
    assert JOB.evolve(JOB.initial, e.TaskDeleted()) == JOB.initial


def test_a_record_from_before_steps_had_names_is_read() -> None:
    old = e.ProviderJobSubmitted(job=REF, attempt=1, provider="replicate", provider_job_id="p1")
    assert Spec(JOB, STARTED, old).state.steps == {"": Step(attempt=1, nonce="", provider_job_id="p1")}


NONCES, IDS = st.sampled_from(["n1", "n2", "n3"]), st.sampled_from(["", "p1", "p2"])
STEPS, ATTEMPTS = st.sampled_from(["draw", "write"]), st.integers(1, 3)
OUTCOMES = st.sampled_from(["succeeded", "failed", "canceled", "aborted", "lost", "unsent"])
REQUESTS: st.SearchStrategy[JobRequest] = st.one_of(
    st.builds(intend, NONCES, ATTEMPTS, STEPS),
    st.builds(record, st.sampled_from(["p1", "p2"]), NONCES, ATTEMPTS, STEPS),
    st.builds(settle, OUTCOMES, IDS, NONCES, attempt=ATTEMPTS, step=STEPS, charge=st.sampled_from([None, COST])),
    st.builds(finish, ATTEMPTS),
    st.builds(lambda attempt: GiveUp(REF, attempt, "no"), ATTEMPTS),
)


def decided(request: JobRequest, state: Any) -> Sequence[e.Event]:
    try:
        return JOB.decide(request, state)
    except ConcurrencyConflict:
        return ()


@given(st.lists(REQUESTS, max_size=25))
def test_whatever_is_asked_in_whatever_order(requests: list[JobRequest]) -> None:
    state, log = JOB.initial, list[e.Event]()
    for request in requests:
        before = state
        for event in (events := decided(request, state)):
            log.append(event)
            state = JOB.evolve(state, event)
        if any(isinstance(event, e.SubmissionIntended) for event in events):
            assert isinstance(request, Intend)
            older = before.steps.get(request.step)
            assert older is None or older.outcome not in (None, "succeeded"), "sent while unsettled or bought"
        assert not decided(request, state), "a redelivery adds something"
    assert sum(isinstance(event, e.JobCompleted) for event in log) <= 1
    spent = [event.charge for event in log if isinstance(event, e.ProviderJobSettled) and event.charge]
    assert list(state.charges) == spent
    for name in ("draw", "write"):
        assert_each_id_is_paid_once([x for x in log if isinstance(x, e.ProviderJobSettled) and x.step == name])


def assert_each_id_is_paid_once(log: list[e.ProviderJobSettled]) -> None:
    pairs = [(event.nonce, event.provider_job_id) for event in log if event.provider_job_id]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_redelivery_of_a_whole_story_adds_nothing(outcome: e.Outcome) -> None:
    story: list[JobRequest] = [intend(), record(), settle(outcome), finish()]
    state = JOB.initial
    for request in story:
        for event in JOB.decide(request, state):
            state = JOB.evolve(state, event)
    assert all(not decided(request, state) for request in story)
