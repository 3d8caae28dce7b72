"""Dead letters: commands that were given up, and that somebody has to look at."""

from __future__ import annotations

from nats.aio.client import Client

from shared.contracts.subjects import DEAD_LETTERS, DEAD_LETTERS_STREAM
from talewright.doctor.findings import Finding, counted, ok, problem

NAME = "dead letters"


async def letters(nc: Client) -> Finding:
    """How many, and the newest one."""
    js = nc.jetstream(timeout=2)
    count = (await js.stream_info(DEAD_LETTERS_STREAM)).state.messages
    if not count:
        return judge(0, "", "")
    newest = await js.get_last_msg(DEAD_LETTERS_STREAM, f"{DEAD_LETTERS}.>")
    headers = newest.headers or {}
    return judge(count, headers.get("tw-subject", "?"), headers.get("tw-reason", "?"))


def judge(count: int, subject: str, reason: str) -> Finding:
    """`subject` and `reason` of the newest."""
    if not count:
        return ok(NAME, "There are none.")
    advice = "`talewright dead-letters list` shows them; `talewright dead-letters replay` gives one another chance."
    return problem(NAME, f"{counted(count, 'command')} given up; the newest, for {subject}: {reason}", advice)
