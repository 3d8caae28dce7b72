"""The five steps of a session: images, approve, clips, approve, film.

An answer is held until the step is done, `GENERATE_WAIT_S` at most; then it is 202 with what is ready so far, and the
work goes on. `Prefer: respond-async` answers at once, `Prefer: wait=N` waits up to N seconds.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.attempts import Attempt, attempt_of
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import Unprocessable
from services.gateway.estimates import OVER_BUDGET, DryRun, DryRunOut, new_name, quoted
from services.gateway.schemas import Responses
from services.gateway.seeds import seed_of
from services.gateway.sessions_answers import ApprovedOut, SessionClipsOut, SessionFilmOut, SessionImagesOut, errors
from services.gateway.sessions_audio import sound_of
from services.gateway.sessions_bodies import ApprovedClipsIn, ApprovedImagesIn, ClipsIn, FilmIn, ImagesIn
from services.gateway.sessions_steps import Result, approve, beginning, done, session_of, step
from services.gateway.sessions_watch import FAILURES
from services.gateway.sessions_wording import CLIPS, FILM, IMAGES
from services.gateway.views import TaskView
from services.gateway.wording import preferred_wait
from shared.contracts.orders import ClipsOrder, PicturesOrder
from shared.contracts.values import Brief
from shared.errors import OutOfOrder

Prefer = Annotated[str, Header()]


async def images(
    request: Request, user: User, body: ImagesIn, dry_run: DryRun = False, prefer: Prefer = ""
) -> Response:
    """Step 1: begins a session and draws its images."""
    deps, attempt = deps_of(request), attempt_of(request)
    session = new_name() if dry_run else attempt.memo or await _new_session(attempt)
    seed = seed_of(attempt) if body.seed is None else body.seed
    brief = Brief(topic=body.prompt, aspect_ratio=body.aspect_ratio, seed=seed)
    command = beginning(owner_of(user), session, brief, PicturesOrder(count=body.num_images))
    if dry_run:
        return await quoted(deps, command)
    wait_s, applied = preferred_wait(prefer, deps.settings.generate_wait_s)
    result = await done(deps, command, attempt.command_id, wait_s)
    files = [{"url": _sign(deps, one.key), "index": one.item - 1} for one in result.files]
    return _told(result, applied, images=files)


async def approve_images(request: Request, user: User, body: ApprovedImagesIn) -> Response:
    """Step 2: chooses the images that clips are made from."""
    return await _approve(request, user, body.session_id, IMAGES, body.approved_image_urls)


async def clips(request: Request, user: User, body: ClipsIn, dry_run: DryRun = False, prefer: Prefer = "") -> Response:
    """Step 3: makes clips of the approved images; where there are more clips, images are taken again in turn."""
    deps = deps_of(request)
    task = await session_of(deps, owner_of(user), body.session_id)
    command = step(task, CLIPS, _clips_order(deps, task, body))
    if dry_run:
        return await quoted(deps, command)
    wait_s, applied = preferred_wait(prefer, deps.settings.generate_wait_s)
    result = await done(deps, command, attempt_of(request).command_id, wait_s)
    files = [{"url": _sign(deps, one.key), "index": one.item - 1, "duration": body.duration} for one in result.files]
    return _told(result, applied, clips=files)


async def approve_clips(request: Request, user: User, body: ApprovedClipsIn) -> Response:
    """Step 4: chooses the clips that the film is made of."""
    return await _approve(request, user, body.session_id, CLIPS, body.approved_clip_urls)


async def film(request: Request, user: User, body: FilmIn, dry_run: DryRun = False, prefer: Prefer = "") -> Response:
    """Step 5: joins the approved clips, with texts over them and a sound under them."""
    deps, owner = deps_of(request), owner_of(user)
    task = await session_of(deps, owner, body.session_id)
    _check_approved(task, CLIPS, "clips")
    if dry_run:  # a sound costs nothing, so it is not fetched for this
        return await quoted(deps, step(task, FILM, body.order(None)))
    audio = await sound_of(deps, owner, body.audio_url) if body.audio_url else None
    wait_s, applied = preferred_wait(prefer, deps.settings.generate_wait_s)
    result = await done(deps, step(task, FILM, body.order(audio)), attempt_of(request).command_id, wait_s)
    url = _sign(deps, result.files[0].key) if result.done else None
    return _told(result, applied, video_url=url)


async def _new_session(attempt: Attempt) -> str:
    """A repeated request must go on with this one, or it would begin a second."""
    session = str(uuid.uuid4())
    await attempt.remember(session)
    return session


async def _approve(request: Request, user: User, session: str, segment: int, urls: list[str]) -> Response:
    deps = deps_of(request)
    task = await session_of(deps, owner_of(user), session)
    count = await approve(deps, task, segment, urls, attempt_of(request).command_id)
    return answer({"status": "success", "session_id": session, "approved_count": count})


def _clips_order(deps: Deps, task: TaskView, body: ClipsIn) -> ClipsOrder:
    _check_approved(task, IMAGES, "images")
    count = body.num_clips or min(len(task.approvals[IMAGES]), 10)
    if count * body.duration > deps.settings.clips_total_s:
        raise Unprocessable(f"The clips together must not be longer than {deps.settings.clips_total_s:g} seconds")
    return ClipsOrder(count=count, prompt=body.video_prompt, duration_ms=round(body.duration * 1000))


def _check_approved(task: TaskView, segment: int, noun: str) -> None:
    if segment not in task.approvals:
        raise OutOfOrder(f"Approve {noun} of this session first")


def _sign(deps: Deps, key: str) -> str:
    return deps.artifacts.presign(key, deps.settings.file_url_s)


def _told(result: Result, applied: str, **found: Any) -> Response:
    body = {"session_id": result.session, "status": "completed" if result.done else "processing", **found}
    headers = {"Cache-Control": "no-store", **({"Preference-Applied": applied} if applied else {})}
    return answer(body, 200 if result.done else 202, headers)


def _answers(segment: int, model: type, *statuses: int) -> Responses:
    later: Responses = {202: {"model": model, "description": "It takes longer; the work goes on."}}
    return {**later, **OVER_BUDGET, **errors(400, 409, 413, 422, 500, *statuses, s500=FAILURES[segment])}


def add(app: FastAPI) -> None:
    """The routing table."""
    tagged: dict[str, Any] = {"tags": ["sessions"]}
    drawn, moved = _answers(IMAGES, SessionImagesOut), _answers(CLIPS, SessionClipsOut, 404)
    app.post("/api/generate-images", response_model=SessionImagesOut | DryRunOut, responses=drawn, **tagged)(images)
    app.post("/api/generate-clips", response_model=SessionClipsOut | DryRunOut, responses=moved, **tagged)(clips)
    joined = _answers(FILM, SessionFilmOut, 403, 404)
    app.post("/api/compose-final-video", response_model=SessionFilmOut | DryRunOut, responses=joined, **tagged)(film)
    chosen = errors(400, 404, 409, 413, 422)
    app.post("/api/save-approved-images", response_model=ApprovedOut, responses=chosen, **tagged)(approve_images)
    app.post("/api/save-approved-clips", response_model=ApprovedOut, responses=chosen, **tagged)(approve_clips)
