"""Reads every event of the bus and says whether any is missing or there twice. Runs in the tools image."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

from shared.bus.connect import connect
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import StreamName
from shared.settings import Settings


async def main() -> dict[str, object]:
    """How many events there are, and what is wrong with them."""
    nc = await connect(Settings(), "check")  # type: ignore[call-arg]
    state = (await nc.jetstream().stream_info("EVENTS")).state
    commits = await JetStreamEventStore(nc).read(0, state.last_seq)
    await nc.close()
    versions: Counter[StreamName] = Counter()
    wrong: list[str] = []
    for position, commit in enumerate(commits, 1):
        versions[commit.stream] += 1
        if (commit.version, commit.position) != (versions[commit.stream], position):
            wrong.append(f"{commit.stream} has version {commit.version} at {commit.position}")
    twice = Counter(commit.metadata.event_id for commit in commits)
    wrong += [f"{name} is there {count} times" for name, count in twice.items() if count > 1]
    return {"stored": state.messages, "last": state.last_seq, "read": len(commits), "wrong": wrong}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
