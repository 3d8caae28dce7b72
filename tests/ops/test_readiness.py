"""Checks in the background: what they say, how long one may take, and how often they are talked about."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator

import pytest

from shared.errors import Unavailable
from shared.ops.checks import in_thread
from shared.ops.readiness import Check, Readiness


async def well() -> None:
    return


class Part:
    """Well or away, as the test wants; counts how often it was asked."""

    def __init__(self) -> None:
        self.why, self.asked = "", 0

    async def check(self) -> None:
        self.asked += 1
        if self.why:
            raise Unavailable(self.why)


@contextlib.asynccontextmanager
async def running(every_s: float = 0.01, patience_s: float = 0.05, **checks: Check) -> AsyncIterator[Readiness]:
    readiness = Readiness(checks, every_s, patience_s)
    task = asyncio.create_task(readiness.run())
    yield readiness
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(readiness: Readiness, ready: bool) -> None:
    async with asyncio.timeout(5):
        while readiness.answer.ready is not ready:
            await asyncio.sleep(0.005)


async def test_nothing_is_ready_before_it_was_asked() -> None:
    readiness = Readiness({"bus": well})
    assert not readiness.answer.ready
    assert readiness.answer.checks["bus"].why == "Not asked yet."


async def test_a_part_goes_and_comes_back() -> None:
    part = Part()
    async with running(part=part.check, other=well) as readiness:
        await until(readiness, True)
        part.why = "The part does not answer."
        await until(readiness, False)
        assert {name: (one.ok, one.why) for name, one in readiness.answer.checks.items()} == {
            "part": (False, "The part does not answer."),
            "other": (True, ""),
        }
        part.why = ""
        await until(readiness, True)


async def test_a_check_that_hangs_has_failed_and_keeps_nobody_waiting() -> None:
    async def hang() -> None:
        await asyncio.sleep(60)

    async with running(slow=hang, quick=well) as readiness:
        async with asyncio.timeout(2):
            while readiness.answer.checks["quick"].why:
                await asyncio.sleep(0.005)
        begun = time.perf_counter()
        answer = readiness.answer
        assert time.perf_counter() - begun < 1  # not the minute that the check takes
        assert answer.checks["slow"].why == "No answer within 0.05 s."
        assert not answer.ready


async def test_a_check_with_a_bug_fails_and_the_others_go_on() -> None:
    async def buggy() -> None:
        raise KeyError("x")

    async with running(buggy=buggy, quick=well) as readiness:
        async with asyncio.timeout(2):
            while readiness.answer.checks["quick"].why:
                await asyncio.sleep(0.005)
        assert readiness.answer.checks["buggy"].why == "KeyError: 'x'"


async def test_draining_is_final_and_at_once() -> None:
    async with running(part=well) as readiness:
        await until(readiness, True)
        readiness.drain()
        assert not readiness.answer.ready
        assert readiness.answer.checks["draining"].why
        await asyncio.sleep(0.05)
        assert not readiness.answer.ready


async def test_what_lasts_is_told_once_and_a_hiccup_never(caplog: pytest.LogCaptureFixture) -> None:
    part = Part()
    caplog.set_level(logging.INFO, "talewright.ops")
    readiness = Readiness({"part": part.check}, every_s=0)

    async def rounds(count: int) -> None:
        upto = part.asked + count
        task = asyncio.create_task(readiness.run())
        while part.asked < upto:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await rounds(5)
    assert not caplog.messages
    part.why = "Gone."
    await rounds(20)
    part.why = ""
    await rounds(20)
    assert caplog.messages == ["checks fail: part: Gone.", "all checks pass again"]


async def test_a_question_that_hangs_in_a_thread_is_not_asked_twice() -> None:
    release, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        release.wait(5)

    async with running(database=in_thread(hang)) as readiness:
        await asyncio.sleep(0.4)
        assert len(asked) == 1
        assert not readiness.answer.ready
        release.set()
        await until(readiness, True)


async def test_why_a_question_in_a_thread_failed_is_told() -> None:
    def refuse() -> None:
        raise Unavailable("The database does not answer.")

    async with running(database=in_thread(refuse)) as readiness:
        async with asyncio.timeout(2):
            while readiness.answer.checks["database"].why != "The database does not answer.":
                await asyncio.sleep(0.005)
