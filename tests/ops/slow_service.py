"""A service with one command that takes its time: `slow_service.py NATS_URL TOKEN OPS_PORT`."""

from __future__ import annotations

import asyncio
import sys

import msgspec
from nats.aio.msg import Msg

from shared.bus.connect import connect
from shared.bus.consume import Consumer
from shared.bus.service import make_broker, run, serve, take_commands
from shared.bus.streams import TASKS_CONSUMER, prepare_streams
from shared.contracts import commands as c
from shared.contracts.subjects import TASKS_COMMANDS
from shared.ops.checks import on_bus, taking_commands
from shared.ops.server import Ops
from shared.settings import Settings

SLOW_S = 2.0


async def slow(_: c.Command, __: Msg) -> c.Reply:
    await asyncio.sleep(SLOW_S)
    return c.Reply(position=7)


async def main(url: str, token: str, port: int) -> None:
    settings = Settings(nats_url=url, nats_token=token, ops_port=port)
    nc = await connect(settings, "slow")
    await prepare_streams(nc)
    broker = make_broker(settings, "slow-commands", drain_s=10)
    decoder = msgspec.json.Decoder(c.TasksCommand)  # type: ignore[var-annotated]
    consumer = Consumer(service="slow", decoder=decoder, handler=slow)
    take_commands(broker, nc, TASKS_CONSUMER, TASKS_COMMANDS, consumer, workers=2)
    checks = {"bus": on_bus(nc), "commands": taking_commands(nc, broker, TASKS_CONSUMER)}
    ops = Ops("tasks", settings, checks, every_s=0.05)
    await serve(broker, "slow", (ops.run,), ops.draining)


if __name__ == "__main__":
    run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
