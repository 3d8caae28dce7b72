"""Puts a media worker together."""

from __future__ import annotations

from faststream.nats import NatsBroker
from nats.aio.client import Client

from services.media.adapters import nats_hints
from services.media.adapters.nats_gate import NatsGate
from services.media.adapters.nats_teller import NatsTeller
from services.media.handlers import Shop
from services.media.hiring import ReplicateStudios, local_studio
from services.media.replicate.client import ReplicateApi
from services.media.replicate.downloads import Downloader
from services.media.replicate.pace import Pace
from services.media.replicate.ports import NoBreaker, OpenGate
from services.media.replicate.till import Counter
from services.media.settings import MediaSettings, ReplicateSettings
from services.media.subscribers import media_consumer
from services.media.works import Studios
from shared.artifacts.port import ArtifactStore
from shared.artifacts.s3 import S3ArtifactStore
from shared.bus.service import Background, make_broker, take_commands
from shared.bus.streams import MEDIA_CONSUMER, keep_streams, prepare_streams
from shared.contracts.subjects import MEDIA_COMMANDS
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import EventStore
from shared.eventstore.server import prepare_events_stream
from shared.ops.checks import bucket, on_bus, taking_commands
from shared.ops.server import Ops
from shared.startup import Startup


async def build(settings: MediaSettings) -> tuple[NatsBroker, tuple[Background, ...], Ops]:
    """The broker with its subscriber, what runs beside it, and of that what tells how it is."""
    startup = Startup(settings.startup_wait_s)
    nc = await startup.bus(settings, "media")
    await startup.until("the event stream", lambda: prepare_events_stream(nc, settings.stream_replicas))
    await startup.until("the command queue", lambda: prepare_streams(nc, settings.stream_replicas))
    artifacts = S3ArtifactStore(settings)
    await startup.until(f"the bucket at {settings.s3_endpoint}", artifacts.prepare)
    store = JetStreamEventStore(nc, settings.stream_replicas)
    studios, beside = _studios(settings, nc, store, artifacts)
    shop = Shop(store, artifacts, studios, NatsTeller(nc))
    broker = make_broker(settings, "media-commands", settings.media_drain_s)
    consumer = media_consumer(shop, settings.retry_delays_s)
    take_commands(broker, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, consumer, settings.media_jobs_at_once)

    async def watch_streams() -> None:
        async def nothing_owed() -> None:
            return

        await keep_streams(nc, settings.stream_replicas, nothing_owed)

    checks = {
        "bus": on_bus(nc),
        "commands": taking_commands(nc, broker, MEDIA_CONSUMER),
        "bucket": bucket(artifacts),
    }
    ops = Ops("media", settings, checks)
    return broker, (watch_streams, *beside, ops.run), ops


def _studios(
    settings: MediaSettings, nc: Client, store: EventStore, artifacts: ArtifactStore
) -> tuple[Studios, tuple[Background, ...]]:
    """Local, unless something is to be bought; and what has to run for that."""
    if not settings.bought:
        return local_studio(settings.prices), ()
    gate = NatsGate(nc, settings.limits, replicas=settings.stream_replicas)
    counter = open_counter(settings, store, artifacts, gate)

    async def keep_open() -> None:
        try:
            if settings.webhook_url:
                await nats_hints.listen(nc, counter.hints.tell)
            await gate.run()
        finally:
            await counter.close()

    return ReplicateStudios(counter, settings), (keep_open,)


def open_counter(
    settings: ReplicateSettings, store: EventStore, artifacts: ArtifactStore, gate: NatsGate | None = None
) -> Counter:
    """Where jobs buy from Replicate."""
    pace = Pace(
        create_timeout_s=settings.replicate_create_timeout_s,
        unsent_after_s=settings.replicate_unsent_after_s,
        list_every_s=min(10.0, settings.replicate_unsent_after_s / 4),
    )
    api = ReplicateApi(
        settings.replicate_api_token.get_secret_value().strip(),
        settings.replicate_base_url,
        create_timeout_s=pace.create_timeout_s,
        read_timeout_s=pace.read_timeout_s,
    )
    downloader = Downloader(pace.download_limit_bytes, pace.download_timeout_s, settings.replicate_output_hosts)
    return Counter(
        api,
        downloader,
        store,
        artifacts,
        pace,
        gate or OpenGate(),
        gate or NoBreaker(),
        webhook_url=settings.webhook_url,
    )
