"""Work that is bought: a whole story from the provider, whatever is killed meanwhile, and the ledger at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.film import Film
from tests.e2e.paid import buying_stack, environment, provider
from tests.e2e.stack import ROOT, Api, RunningStack, free_port
from tests.replicate_double.double import Double
from tests.replicate_double.faults import Fault

pytestmark = pytest.mark.timeout(300)

PAGES = 6


@pytest.fixture(scope="module")
def double() -> Iterator[Double]:
    with provider(run_s=0.6) as running:
        yield running


@pytest.fixture(scope="module")
def buying(tmp_path_factory: pytest.TempPathFactory, double: Double) -> Iterator[RunningStack]:
    with buying_stack(tmp_path_factory.mktemp("paid") / "data", double) as stack:
        yield stack


def bills(double: Double, since: int) -> Counter[str]:
    """What was billed since then, by model; the same order twice fails at once."""
    double.ledger.assert_once_each()
    return Counter(bill.model for bill in double.ledger.bills[since:])


def settled(user: Api, task: int) -> Counter[str]:
    """What the system itself recorded as paid for a task, by outcome."""
    return Counter(e["outcome"] for e in user.events(task) if e["event"] == "job.provider-job-settled")


def test_the_demo_buys_a_whole_story_once(double: Double, tmp_path: Path) -> None:
    """What `make demo PROVIDER=replicate` does, from nothing to the film."""
    before = len(double.ledger.bills)
    command = [sys.executable, "-m", "talewright.cli", "demo", "--url", f"http://127.0.0.1:{free_port()}"]
    folders = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "films")]
    done = subprocess.run(
        [*command, *folders],
        cwd=ROOT,
        env=os.environ | environment(double),
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (film,) = (tmp_path / "films").glob("*.mp4")
    assert Film(film).seconds > 5
    billed = bills(double, before)
    assert billed["openai/gpt-4.1-mini"] == 1
    assert billed["black-forest-labs/flux-schnell"] == PAGES
    assert billed["minimax/speech-02-turbo"] >= PAGES


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.9])
def test_a_worker_killed_while_it_buys_pays_nothing_twice(buying: RunningStack, double: Double, after_s: float) -> None:
    user, before = buying.user(), len(double.ledger.bills)
    task = user.new(seed=round(after_s * 100), topic=f"The lamp of {after_s}")
    user.run(task, 1)
    user.start(task, 2)
    time.sleep(after_s)
    for pid in buying.pids("services.media.main"):
        os.kill(pid, signal.SIGKILL)
    user.until(task, seconds=90, current_segment=2)
    assert bills(double, before)["black-forest-labs/flux-schnell"] == PAGES
    assert settled(user, task)["succeeded"] == PAGES + 1


def test_the_bus_killed_while_something_is_bought(buying: RunningStack, double: Double) -> None:
    user, before = buying.user(), len(double.ledger.bills)
    task = user.new(seed=7, topic="The seventh lamp")
    user.run(task, 1)
    user.start(task, 2)
    time.sleep(0.4)
    buying.kill("nats-server")
    user.until(task, seconds=120, current_segment=2)
    assert bills(double, before)["black-forest-labs/flux-schnell"] == PAGES


def test_answers_that_are_lost_are_not_paid_for_again(buying: RunningStack, double: Double) -> None:
    """The provider takes orders and the connection breaks before its answer: each is found again, and used."""
    user, before = buying.user(), len(double.ledger.bills)
    task = user.new(seed=8, topic="The eighth lamp")
    user.run(task, 1)
    for _ in range(3):
        double.faults.add(Fault("create", "reset_after"))
    user.start(task, 2)
    user.until(task, seconds=90, current_segment=2)
    assert bills(double, before)["black-forest-labs/flux-schnell"] == PAGES
