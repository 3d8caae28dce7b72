"""The `eventsourcing` library's side, run in its own virtualenv: a projection of the smallest possible view in SQLite.

Each event is decoded and its position committed, as that library's projections do; there are no rows to write.
"""

from __future__ import annotations

import os
import time
from itertools import count

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteTrackingRecorder
from rounds import Round, answer

STORIES, JOBS = 200, 24
_PAGE = 1_000


class Story(Aggregate):
    """About as many events a story as ours has."""

    @event("Created")
    def __init__(self, owner: str) -> None:
        self.owner, self.done = owner, 0

    @event("JobCompleted")
    def job_completed(self, name: str, key: str, size_bytes: int) -> None:
        """One job has left its file."""
        self.done += 1


class Projector:
    """A store with some stories, and a view that follows it."""

    def __init__(self) -> None:
        self._app: Application = Application(env=_ENVIRONMENT)
        self._view = SQLiteTrackingRecorder(self._app.factory.datastore)
        self._view.create_table()
        self._names = count(1)
        for number in range(STORIES):
            story = Story(f"user-{number}")
            for job in range(JOBS):
                story.job_completed(f"image/p{job}.png", f"users/{number}/output/images/{number}/p{job}.png", 123_456)
            self._app.save(story)

    def run_round(self, in_flight: int, seconds: float) -> Round:
        """Events a second; again from the first event if time is left. There is nothing in flight."""
        done, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            done += self._follow(f"stories-{next(self._names)}", begun + seconds)
        return done / (time.perf_counter() - begun), []

    def _follow(self, name: str, until: float) -> int:
        at = 0
        while page := self._app.recorder.select_notifications(at + 1, limit=_PAGE):
            for note in page:
                self._app.mapper.to_domain_event(note)
                self._view.insert_tracking(Tracking(name, at := note.id))
                if time.perf_counter() > until:
                    return at
        return at


_ENVIRONMENT = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": os.environ["PEER_SQLITE"]}

if __name__ == "__main__":
    answer(Projector().run_round)
