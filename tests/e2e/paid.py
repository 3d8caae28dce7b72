"""A provider that bills, beside a stack that buys from it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.stack import RunningStack, running_stack
from tests.media.writing import answers
from tests.replicate_double.double import TOKEN, Double


@contextmanager
def provider(run_s: float) -> Iterator[Double]:
    """The double on a thread and a loop of its own, for tests that wait by themselves."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    double = Double(scale=0.25, run_s=run_s)
    double.writer = lambda _: [answers.said(answers.story())]
    done = asyncio.Event()

    async def serve() -> None:
        async with double:
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield double
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def environment(double: Double) -> dict[str, str]:
    """What makes a stack write, draw and speak at the provider's, with clocks for a test."""
    return {
        "TALEWRIGHT_PROVIDER": "replicate",
        "TALEWRIGHT_REPLICATE_API_TOKEN": TOKEN,
        "TALEWRIGHT_REPLICATE_BASE_URL": double.url,
        "TALEWRIGHT_REPLICATE_OUTPUT_HOSTS": json.dumps([double.host]),
        "TALEWRIGHT_REPLICATE_CREATE_TIMEOUT_S": "2",
        "TALEWRIGHT_REPLICATE_UNSENT_AFTER_S": "4",
        "TALEWRIGHT_MEDIA_JOBS_AT_ONCE": "3",
        "TALEWRIGHT_MEDIA_RETRY_DELAYS_S": "[0.5, 1, 2, 4, 4]",
    }


@contextmanager
def buying_stack(data: Path, double: Double) -> Iterator[RunningStack]:
    """A stack that buys from the double."""
    with running_stack(data, **environment(double)) as stack:
        yield stack
