"""The rules of a job."""

from services.media.job import JOB, Finish, GiveUp, RecordSubmission, Reserve
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact
from shared.errors import ConcurrencyConflict
from tests.spec import Spec

REF = JobRef(owner="7", task="1", segment=2, run=2, kind="draw_image", item=3)
PNG = Artifact(name="image/p3.png", key="k", media_type="image/png", size_bytes=9)
STARTED = e.JobStarted(job=REF, attempt=1, provider="replicate")
SUBMITTED = e.ProviderJobSubmitted(job=REF, attempt=1, provider="replicate", provider_job_id="p1")
COMPLETED = e.JobCompleted(job=REF, attempt=1, artifacts=(PNG,))
FAILED = e.JobFailed(job=REF, attempt=1, reason="no")


def reserve(attempt: int = 1) -> Reserve:
    return Reserve(REF, attempt, "replicate")


def record(provider_job_id: str = "p1", attempt: int = 1) -> RecordSubmission:
    return RecordSubmission(REF, attempt, "replicate", provider_job_id)


def finish(attempt: int = 1) -> Finish:
    return Finish(job=REF, attempt=attempt, artifacts=(PNG,))


def test_billed_work_is_reserved_once() -> None:
    Spec(JOB).when(reserve()).then(STARTED)
    Spec(JOB, STARTED).when(reserve()).nothing()
    Spec(JOB, COMPLETED).when(reserve()).nothing()


def test_a_failed_attempt_may_be_followed_by_a_higher_one() -> None:
    again = e.JobStarted(job=REF, attempt=2, provider="replicate")
    Spec(JOB, STARTED, FAILED).when(reserve(2)).then(again)
    Spec(JOB, STARTED, FAILED).when(reserve(1)).nothing()
    Spec(JOB, STARTED, SUBMITTED, FAILED, again).when(record("p2", attempt=2)).then(
        e.ProviderJobSubmitted(job=REF, attempt=2, provider="replicate", provider_job_id="p2")
    )


def test_a_submission_is_recorded_once_and_only_under_its_reservation() -> None:
    Spec(JOB, STARTED).when(record()).then(SUBMITTED)
    Spec(JOB, STARTED, SUBMITTED).when(record()).nothing()
    Spec(JOB, STARTED, SUBMITTED).when(record("p2")).refused(ConcurrencyConflict)
    Spec(JOB).when(record()).refused(ConcurrencyConflict)


def test_a_job_is_completed_once() -> None:
    Spec(JOB).when(finish()).then(COMPLETED)
    Spec(JOB, COMPLETED).when(finish()).nothing()


def test_a_late_success_counts_even_after_the_attempt_was_given_up() -> None:
    Spec(JOB, FAILED).when(finish()).then(COMPLETED)


def test_an_attempt_is_given_up_once_and_never_after_success() -> None:
    Spec(JOB).when(GiveUp(REF, 1, "no")).then(FAILED)
    Spec(JOB, FAILED).when(GiveUp(REF, 1, "no")).nothing()
    Spec(JOB, COMPLETED).when(GiveUp(REF, 1, "no")).nothing()


def test_settled() -> None:
    assert Spec(JOB, COMPLETED).state.settled(5)
    assert Spec(JOB, FAILED).state.settled(1)
    assert not Spec(JOB, FAILED).state.settled(2)
    assert JOB.evolve(JOB.initial, e.TaskDeleted()) == JOB.initial
