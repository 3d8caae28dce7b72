"""Who does which kind of work: the only place here that picks adapters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from services.media.adapters.local_animator import LocalAnimator
from services.media.adapters.local_clip_maker import LocalClipMaker
from services.media.adapters.local_compositor import LocalCompositor
from services.media.adapters.local_editor import LocalEditor
from services.media.adapters.local_illustrator import LocalIllustrator
from services.media.adapters.local_narrator import LocalNarrator
from services.media.adapters.local_painter import LocalPainter
from services.media.adapters.local_screenwriter import LocalScreenwriter
from services.media.adapters.local_story import LocalStoryWriter
from services.media.adapters.replicate_clip_maker import ReplicateClipMaker
from services.media.adapters.replicate_customer import Customer
from services.media.adapters.replicate_narrator import ReplicateNarrator
from services.media.adapters.replicate_pictures import ReplicateIllustrator, ReplicatePainter
from services.media.adapters.replicate_writers import ReplicateScreenwriter, ReplicateWriter
from services.media.replicate.books import PROVIDER
from services.media.replicate.till import Counter
from services.media.settings import ReplicateSettings
from services.media.works import Studio
from services.media.workspace import Workspace
from shared.contracts.commands import RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.workflow import JobKind
from shared.eventstore.handle import Origin
from shared.pricing.prices import Prices

JOBS: dict[str, tuple[JobKind, ...]] = {
    "text": ("write_story", "write_screenplay"),
    "images": ("draw_image", "draw_picture"),
    "speech": ("speak_page",),
    "clips": ("animate_picture",),
}
"""The jobs of each kind of work that can be bought. All others are done on our own machines in any case."""

BOUGHT_FILES = "bought"
"""Where in a job's folder the files are that came from the provider."""


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


class ReplicateStudios:
    """Implements `works.Studios`: for each job a studio whose buyers keep that job's record."""

    def __init__(self, counter: Counter, settings: ReplicateSettings) -> None:
        self._counter = counter
        self._settings = settings
        self._prices = settings.prices
        self._local = local_studio(self._prices)
        self._kinds = frozenset(job for kind in settings.bought for job in JOBS[kind])

    def for_job(self, command: RunJob, origin: Origin, space: Workspace) -> Studio:
        """The studio for one delivery; local for jobs in which nothing is bought."""
        if command.job.kind not in self._kinds:
            return self._local
        till = self._counter.till(command.job, command.attempt, origin, space.root / BOUGHT_FILES)
        return self._with(Customer(till, command.attempt))

    def provider(self, kind: JobKind) -> str:
        """See `Studios.provider`."""
        return PROVIDER if kind in self._kinds else self._local.provider(kind)

    async def abandon(self, job: JobRef, attempt: int, origin: Origin) -> None:
        """See `Studios.abandon`. Nothing is downloaded, so the folder stays empty."""
        with TemporaryDirectory(prefix="talewright-abandoned-") as folder:
            await self._counter.till(job, attempt, origin, Path(folder)).abandon()

    def _with(self, customer: Customer) -> Studio:
        prices, studio, bought = self._prices, self._local, self._settings.bought
        if "text" in bought:
            writer, screenwriter = ReplicateWriter(customer, prices), ReplicateScreenwriter(customer, prices)
            studio = replace(studio, writer=writer, screenwriter=screenwriter)
        if "images" in bought:
            illustrator, painter = ReplicateIllustrator(customer, prices), ReplicatePainter(customer, prices)
            studio = replace(studio, illustrator=illustrator, painter=painter)
        if "speech" in bought:
            narrator = ReplicateNarrator(customer, prices, self._settings.replicate_kokoro_version)
            studio = replace(studio, narrator=narrator)
        if "clips" in bought:
            studio = replace(studio, clip_maker=ReplicateClipMaker(customer, prices))
        return studio
