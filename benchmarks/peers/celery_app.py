"""Celery's side, run in its own virtualenv: the tasks (for the worker) and, as a program, the driver."""

from __future__ import annotations

import os
import time

import redis
from celery import Celery, chain, chord, group
from celery.canvas import Signature
from rounds import Round, answer

URL = os.environ["PEER_REDIS"]
_ENDED = "ended"
_PATIENCE_S = 60

app = Celery("celery_app", broker=URL, backend=URL)
app.conf.update(
    result_expires=600,
    worker_prefetch_multiplier=4,
    task_acks_late=os.environ["PEER_ACKS_LATE"] == "1",
    broker_connection_retry_on_startup=True,
)
client = redis.Redis.from_url(URL, socket_timeout=None)  # waiting for the end of a workflow is not a fault


@app.task
def job() -> None:
    """A job that does nothing."""


@app.task
def last_job(name: str) -> None:
    """The last job of a workflow: the driver hears that it has ended."""
    client.lpush(_ENDED, name)


def story(name: str) -> Signature:
    """Waves of 1, 4, 1, 4, 4 and 1 jobs."""
    wave_of_four = [group(job.si() for _ in range(4)) for _ in range(3)]
    images_then_split = chord(wave_of_four[0], job.si())
    speech_then_film = chord(wave_of_four[1], chord(wave_of_four[2], last_job.si(name)))
    return chain(job.si(), images_then_split, speech_then_film)


class Loop:
    """A closed loop: as one workflow ends, the next one starts."""

    def __init__(self) -> None:
        self._count = 0

    def run_round(self, in_flight: int, seconds: float) -> Round:
        """So many at a time for so long, and then until all have ended."""
        running: dict[str, float] = {}
        took: list[float] = []
        begun = time.perf_counter()
        for _ in range(in_flight):
            self._start(running)
        while running:
            took.append(self._end_of_one(running))
            if time.perf_counter() - begun < seconds:
                self._start(running)
        return len(took) / (time.perf_counter() - begun), took

    def _start(self, running: dict[str, float]) -> None:
        self._count += 1
        name = str(self._count)
        running[name] = time.perf_counter()
        story(name).apply_async()

    def _end_of_one(self, running: dict[str, float]) -> float:
        ended = client.brpop(_ENDED, timeout=_PATIENCE_S)
        if ended is None:
            raise SystemExit(f"{len(running)} workflows did not end")
        return time.perf_counter() - running.pop(ended[1].decode())


if __name__ == "__main__":
    answer(Loop().run_round)
    os._exit(0)  # results that Celery still holds would complain while the interpreter ends
