"""Puts a media worker together: the only place here that picks adapters."""

from __future__ import annotations

from faststream.nats import NatsBroker

from services.media.adapters.local_animator import LocalAnimator
from services.media.adapters.local_clip_maker import LocalClipMaker
from services.media.adapters.local_compositor import LocalCompositor
from services.media.adapters.local_editor import LocalEditor
from services.media.adapters.local_illustrator import LocalIllustrator
from services.media.adapters.local_narrator import LocalNarrator
from services.media.adapters.local_painter import LocalPainter
from services.media.adapters.local_screenwriter import LocalScreenwriter
from services.media.adapters.local_story import LocalStoryWriter
from services.media.adapters.nats_teller import NatsTeller
from services.media.handlers import Shop
from services.media.settings import MediaSettings
from services.media.subscribers import media_consumer
from services.media.works import Prices, Studio
from shared.artifacts.s3 import S3ArtifactStore
from shared.bus.connect import connect
from shared.bus.service import Background, make_broker, take_commands
from shared.bus.streams import MEDIA_CONSUMER, keep_streams, prepare_streams
from shared.contracts.subjects import MEDIA_COMMANDS
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream


def local_studio(prices: Prices) -> Studio:
    """Everything made on this machine, offline."""
    return Studio(
        writer=LocalStoryWriter(),
        illustrator=LocalIllustrator(),
        narrator=LocalNarrator(),
        animator=LocalAnimator(),
        compositor=LocalCompositor(),
        painter=LocalPainter(),
        clip_maker=LocalClipMaker(),
        editor=LocalEditor(),
        screenwriter=LocalScreenwriter(),
        prices=prices,
    )


async def build(settings: MediaSettings) -> tuple[NatsBroker, tuple[Background, ...]]:
    """The broker with its subscriber, and what runs beside it."""
    nc = await connect(settings, "media")
    await prepare_events_stream(nc, settings.stream_replicas)
    await prepare_streams(nc, settings.stream_replicas)
    artifacts = S3ArtifactStore(settings)
    await artifacts.prepare()
    prices = Prices(flux_schnell_usd=settings.price_flux_schnell_usd, gen4_turbo_usd=settings.price_gen4_turbo_usd)
    shop = Shop(JetStreamEventStore(nc, settings.stream_replicas), artifacts, local_studio(prices), NatsTeller(nc))
    broker = make_broker(settings, "media-commands", settings.media_drain_s)
    consumer = media_consumer(shop, settings.media_retry_delays_s)
    take_commands(broker, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, consumer, settings.media_jobs_at_once)

    async def watch_streams() -> None:
        async def nothing_owed() -> None:
            return

        await keep_streams(nc, settings.stream_replicas, nothing_owed)

    return broker, (watch_streams,)
