"""Every kind of job: what it takes, what it leaves and what it costs, over tiny providers."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from services.media.works import WORKS, Prices
from services.media.workspace import FOLDERS, Workspace, key_for
from shared.artifacts.memory import MemoryArtifactStore
from shared.contracts import orders
from shared.contracts.commands import RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.screenplay import Screenplay
from shared.contracts.script import Script
from shared.contracts.values import Artifact, Brief, Charge
from shared.errors import Invalid, NotFound
from tests.studio import TinyStudio

BRIEF = Brief(topic="man buys hat", aspect_ratio="1:1", seed=5)


def command(kind, item=0, order=None, inputs=(), variant=0) -> RunJob:
    job = JobRef(owner="7", task="t", segment=1, run=1, kind=kind, item=item)
    return RunJob(job=job, attempt=1, items=1, brief=BRIEF, inputs=inputs, order=order, variant=variant)


class Desk:
    """A store and a studio; `run` does a job and leaves its files in the store."""

    def __init__(self) -> None:
        self.store, self.tiny = MemoryArtifactStore(), TinyStudio()

    async def given(self, name: str, data: bytes, media_type: str) -> Artifact:
        await self.store.put_bytes(f"k/{name}", data, media_type)
        return Artifact(name=name, key=f"k/{name}", media_type=media_type, size_bytes=len(data))

    async def run(self, asked: RunJob):
        with Workspace(self.store) as space:
            await space.fetch(asked.inputs)
            outcome = await WORKS[asked.job.kind](self.tiny.studio(), asked, space, lambda share: None)
            artifacts = await space.store(asked.job, outcome.files)
        return outcome, {one.name: (one, await self.store.get_bytes(one.key)) for one in artifacts}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_every_kind_has_a_work_and_a_folder():
    assert set(WORKS) == set(FOLDERS)
    assert key_for(command("draw_picture", 2).job, "images/2.png") == "users/7/output/images/t/r1/images-2.png"


async def test_a_picture_of_a_prompt(desk):
    outcome, left = await desk.run(command("draw_picture", 2, orders.PicturesOrder(count=4)))
    artifact, data = left["images/2.png"]
    assert (artifact.media_type, artifact.public, data) == ("image/png", True, b"picture 2 of man buys hat")
    assert outcome.charges == (
        Charge(service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3000),
    )


async def test_a_clip_of_a_picture(desk):
    picture = await desk.given("images/3.png", b"P", "image/png")
    order = orders.ClipsOrder(count=2, prompt="zoom in", duration_ms=8000)
    outcome, left = await desk.run(command("animate_picture", 1, order, (picture,)))
    assert left["clips/1.mp4"][1] == b"clip of P"
    assert left["clips/1.mp4"][0].public
    (charge,) = outcome.charges
    assert (charge.service, charge.model, charge.unit) == ("replicate_luma", "gen-4-turbo", "second")
    assert (charge.quantity, charge.amount_microusd, charge.billed) == (8.0, 120_000, False)


async def test_a_film_of_clips_in_the_order_given_with_texts_and_sound(desk):
    clips = [await desk.given(f"clips/{n}.mp4", f"C{n}".encode(), "video/mp4") for n in (2, 1)]
    sound = await desk.given("../../evil.mp3", b"S", "audio/mpeg")
    text = orders.Overlay(text="Chapter 1", start_ms=0, duration_ms=2000)
    order = orders.CompositionOrder(overlays=(text,), audio=sound)
    outcome, left = await desk.run(command("compose_video", 0, order, tuple(clips)))
    assert left["final.mp4"][1] == b"C2\nC1\nChapter 1\nS"
    assert outcome.charges == ()


async def test_a_screenplay_and_a_story_of_it(desk):
    order = orders.ScreenplayOrder(language="en", scene_count=4, duration_s=40, style="dark")
    outcome, left = await desk.run(command("write_screenplay", 0, order))
    artifact, data = left["screenplay.json"]
    play = msgspec.json.decode(data, type=Screenplay)
    assert (len(play.scenes), play.prompt, play.style) == (4, "man buys hat", "dark")
    outcome, left = await desk.run(command("write_story", 0, orders.AdaptationOrder(screenplay=artifact)))
    script = msgspec.json.decode(left["script_data.json"][1], type=Script)
    assert (outcome.pages, script.title) == (4, "tiny-play")
    assert desk.tiny.done == ["screenplay", "adapt"]


async def test_a_story_without_an_order_is_written(desk):
    outcome, _ = await desk.run(command("write_story"))
    assert outcome.pages == 3
    assert desk.tiny.done == ["write"]


async def test_another_variant_is_another_picture(desk):
    _, left = await desk.run(command("write_story"))
    script = left["script_data.json"][0]
    pictures = [
        (await desk.run(command("draw_image", 1, None, (script,), variant)))[1]["image/p1.png"][1] for variant in (0, 1)
    ]
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    "asked",
    [
        command("animate_picture", 1, orders.ClipsOrder(count=1, prompt="", duration_ms=1)),
        command("animate_picture", 1),
        command("compose_video"),
        command("compose_video", 0, orders.PicturesOrder(count=1)),
        command("write_screenplay"),
    ],
)
async def test_what_makes_no_sense_is_refused(desk, asked):
    with pytest.raises(Invalid):
        await desk.run(asked)


async def test_a_screenplay_that_is_gone_or_is_none_is_refused(desk):
    broken = await desk.given("screenplay.json", b"{}", "application/json")
    with pytest.raises(Invalid, match="not readable"):
        await desk.run(command("write_story", 0, orders.AdaptationOrder(screenplay=broken)))
    gone = msgspec.structs.replace(broken, key="gone")
    with pytest.raises(NotFound):
        await desk.run(command("write_story", 0, orders.AdaptationOrder(screenplay=gone)))


@pytest.mark.parametrize(
    ("usd", "ms", "microusd"),
    [("0.015", 1500, 22_500), ("0.0000005", 1000, 1), ("0.0000004", 1000, 0), ("0.015", 1, 15)],
)
def test_prices_are_exact_and_rounded_half_up(usd, ms, microusd):
    charge = Prices(clip_second_usd=Decimal(usd)).clip(ms)
    assert charge.amount_microusd == microusd
    assert charge.quantity == ms / 1000
