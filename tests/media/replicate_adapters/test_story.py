"""Jobs through `run_job` with the real client and till, everything bought from the double."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import cv2
import pytest
from PIL import Image

from shared.contracts import events as e
from shared.contracts import orders
from shared.contracts.values import Artifact, Brief
from tests.media.replicate_adapters.story_run import Failed, House, Run
from tests.media.writing.answers import LOOK, play, said, story
from tests.replicate_double import NSFW, Double, Fate


def writes(double: Double, *answers: str) -> None:
    """The writer's answers in turn; the last one from then on."""
    turns = itertools.chain(answers, itertools.repeat(answers[-1]))
    double.writer = lambda given: [f"Here it is:\n```json\n{next(turns)}", "\n```"]


def brief_story(**changes: Any) -> str:
    """Six pages that are read in a moment."""
    answer = story(**changes)
    for page in answer["pages"]:
        page["text"] = "The fox looked."
    return said(answer)


async def charges(run: Run) -> list[e.ProviderJobSettled]:
    return [event for event in await run.all_events() if isinstance(event, e.ProviderJobSettled)]


async def test_a_whole_story_becomes_a_film(house: House, double: Double, tmp_path: Path) -> None:
    writes(double, brief_story())
    run = house.run()
    film = cv2.VideoCapture(str(await run.film(tmp_path)))
    assert (film.get(cv2.CAP_PROP_FRAME_WIDTH), film.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (960, 960)
    assert 15 < film.get(cv2.CAP_PROP_FRAME_COUNT) / film.get(cv2.CAP_PROP_FPS) < 40
    settled = await charges(run)
    assert {one.outcome for one in settled} == {"succeeded"}
    assert [one.charge.service for one in settled if one.charge] == [
        "replicate_text", *["replicate_flux"] * 6, *["replicate_speech"] * 6,
    ]  # fmt: skip
    assert {one.provider_job_id for one in settled} == double.ledger.ids
    completed = [event for event in await run.all_events() if isinstance(event, e.JobCompleted)]
    assert len(completed) == 1 + 6 + 1 + 6 + 6 + 1 + 1
    assert not any(event.charges for event in completed)  # they are on the record where they were bought
    pictures = [order.given["prompt"] for order in double.orders.values() if "flux" in order.model.name]
    assert all(LOOK.rstrip(".") in prompt for prompt in pictures)


async def test_what_was_bought_is_not_bought_again_when_the_job_comes_back(house: House, double: Double) -> None:
    writes(double, brief_story())
    first = (await house.run().do("write_story"))["script_data.json"]
    again = (await house.run().do("write_story", attempt=2))["script_data.json"]
    assert first == again
    assert double.ledger.times() == 1


async def test_local_and_bought_work_mix(house: House, double: Double) -> None:
    run = house.run(provider_text="local", provider_speech="local")
    text = (await run.do("write_story"))["script_data.json"]
    await run.do("speak_page", 1, [text])
    assert double.ledger.times() == 0
    await run.do("draw_image", 1, [text])
    (order,) = double.orders.values()
    assert "The main character" not in order.given["prompt"]  # composed from the scene, the hero in full words
    assert "No text" in order.given["prompt"]
    assert [one.charge.service for one in await charges(run) if one.charge] == ["replicate_flux"]


async def test_a_bad_answer_is_mended(house: House, double: Double) -> None:
    writes(double, brief_story(title=""), brief_story())
    run = house.run()
    await run.do("write_story")
    assert [one.step for one in await charges(run)] == ["write", "repair"]


async def test_nonsense_fails_the_job_and_the_next_attempt_asks_anew(house: House, double: Double) -> None:
    writes(double, "I cannot.", "I still cannot.", brief_story())
    run = house.run()
    with pytest.raises(Failed, match="No usable text"):
        await run.do("write_story")
    await run.do("write_story", attempt=2)
    assert [one.step for one in await charges(run)] == ["write", "repair", "write-2"]


async def test_a_refused_picture_fails_its_job_with_a_reason_for_the_user(house: House, double: Double) -> None:
    writes(double, brief_story())
    run = house.run()
    text = (await run.do("write_story"))["script_data.json"]
    double.fates.append(Fate(status="failed", error=NSFW))
    with pytest.raises(Failed, match="Please change the wording"):
        await run.do("draw_image", 1, [text])


async def test_the_other_models_by_setting(house: House, double: Double) -> None:
    writes(double, brief_story())
    run = house.run(speech_model="kokoro-82m", image_model="flux-dev", text_model="anthropic/claude-4.5-haiku")
    text = (await run.do("write_story"))["script_data.json"]
    await run.do("draw_image", 1, [text])
    spoken = await run.do("speak_page", 1, [text])
    assert "speech/s1_1.wav" in spoken
    names = [order.model.name for order in double.orders.values()]
    assert names == ["anthropic/claude-4.5-haiku", "black-forest-labs/flux-dev", "jaaari/kokoro-82m"]


async def test_a_session_paints_and_animates(house: House, double: Double, tmp_path: Path) -> None:
    run = house.run(Brief(topic="a fox in the snow", aspect_ratio="16:9", seed=8))
    picture = (await run.do("draw_picture", 2, order=orders.PicturesOrder(count=4)))["images/2.png"]
    with Image.open(await fetched(run, picture, tmp_path)) as image:
        assert (image.format, image.size) == ("PNG", (1280, 720))
    order = orders.ClipsOrder(count=1, prompt="snow falls", duration_ms=1500)
    made = (await run.do("animate_picture", 1, [picture], order))["clips/1.mp4"]
    film = cv2.VideoCapture(str(await fetched(run, made, tmp_path)))
    assert (film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FPS)) == (36, 24)
    clip = [one.charge for one in await charges(run) if one.charge][-1]
    assert (clip.quantity, clip.amount_microusd, clip.billed) == (5, 75_000, True)
    sent = [order.given for order in double.orders.values()][-1]
    assert sent["image"].startswith("data:image/jpeg;base64,")
    assert len(sent["image"]) < 1_000_000


async def test_a_screenplay_and_its_story(house: House, double: Double) -> None:
    writes(double, said(play(4)))
    run = house.run()
    order = orders.ScreenplayOrder(language="en", scene_count=4, duration_s=40)
    made = (await run.do("write_screenplay", 0, order=order))["screenplay.json"]
    text = (await run.do("write_story", 0, order=orders.AdaptationOrder(screenplay=made)))["script_data.json"]
    assert len((await run.script(text)).pages) == 4
    assert double.ledger.times() == 1


async def fetched(run: Run, artifact: Artifact, folder: Path) -> Path:
    file = folder / artifact.name.replace("/", "-")
    await run.shop.artifacts.get_file(artifact.key, file)
    return file
