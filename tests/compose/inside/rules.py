"""Tries what a user of the bus may and may not do: `rules.py PUBLISH SUBSCRIBE`, both lists of subjects as JSON.

Nothing is stored whatever is allowed: each publication expects a position that the stream has not reached.
Prints for each subject "allowed" or "refused". Runs in the tools image.
"""

from __future__ import annotations

import asyncio
import json
import sys

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.bus.connect import nats_options
from shared.settings import Settings

NEVER = {"Nats-Expected-Last-Sequence": "999999999"}


async def main(publish: list[str], subscribe: list[str]) -> dict[str, str]:
    """By `pub subject` and `sub subject`."""
    heard: list[str] = []

    async def refused(error: Exception) -> None:
        heard.append(str(error).lower())

    options = nats_options(Settings(), "rules") | {"error_cb": refused}  # type: ignore[call-arg]
    nc = await nats.connect(**options)
    found = {}
    for subject in publish:
        await nc.publish(subject, b"x" if subject.startswith("tw.") else b"{}", reply=nc.new_inbox(), headers=NEVER)
        await _settle(nc)
        found[f"pub {subject}"] = _verdict(heard, "publish", subject)
    for subject in subscribe:
        subscription = await nc.subscribe(subject)
        await _settle(nc)
        found[f"sub {subject}"] = _verdict(heard, "subscription", subject)
        await subscription.unsubscribe()
    await nc.close()
    return found


async def _settle(nc: Client) -> None:
    await nc.flush()
    await asyncio.sleep(0.03)


def _verdict(heard: list[str], what: str, subject: str) -> str:
    return "refused" if any(what in text and f'"{subject.lower()}"' in text for text in heard) else "allowed"


async def login(user: str, password: str) -> str:
    """Whether somebody may come in at all."""
    said: list[str] = []

    async def failed(error: Exception) -> None:
        said.append(str(error))

    try:
        who = {"user": user, "password": password} if user else {}
        nc = await nats.connect(
            "nats://nats:4222",
            **who,
            allow_reconnect=False,
            connect_timeout=3,
            error_cb=failed,
            max_reconnect_attempts=1,
        )
        await nc.close()
    except (NatsError, OSError, TimeoutError) as error:
        return f"refused: {error} {said}"
    return "allowed"


if __name__ == "__main__":
    if sys.argv[1] == "login":
        print(json.dumps(asyncio.run(login(sys.argv[2], sys.argv[3]))))
    else:
        print(json.dumps(asyncio.run(main(json.loads(sys.argv[1]), json.loads(sys.argv[2])))))
