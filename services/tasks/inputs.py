"""Which files a job works from: what earlier jobs left, what the user chose of it, what the order brings. Pure."""

from __future__ import annotations

from services.tasks.process_state import ProcessState
from shared.contracts.jobs import JobRef
from shared.contracts.orders import AdaptationOrder, CompositionOrder
from shared.contracts.values import Artifact
from shared.contracts.workflow import JobKind


def inputs_of(state: ProcessState, job: JobRef) -> tuple[Artifact, ...]:
    """The files that a job works from, in a fixed order."""
    match job.kind:
        case "draw_picture" | "write_screenplay" | "purge_artifacts":
            return ()
        case "write_story" | "compose_video":
            return (*_approved(state, job.segment - 1), *_ordered(state, job.segment))
        case "animate_picture":
            pictures = _approved(state, job.segment - 1)
            return (pictures[(job.item - 1) % len(pictures)],)
        case "render_clip":
            pages = (job.item - 1, job.item)
            return (*_spoken(state), *(a for page in pages for a in _left_by(state, "draw_image", page)))
        case "mix_sound":
            return (script_of(state), *_left_by(state, "speak_page"))
        case "assemble_video":
            return (*_spoken(state), *_left_by(state, "render_clip"), *_left_by(state, "mix_sound"))
        case _:
            return (script_of(state),)


def script_of(state: ProcessState) -> Artifact:
    """The newest script: the last segment's that has one, as edited if it was."""
    scripts: dict[int, Artifact] = {}
    for (segment, kind, _), result in state.results.items():
        if kind in ("write_story", "split_text"):
            scripts[segment] = result.artifacts[0]
    scripts |= state.edits
    return scripts[max(scripts)]


def results_of(state: ProcessState, segment: int) -> dict[str, Artifact]:
    """What a segment has left for users, by key."""
    return {a.key: a for p, result in state.results.items() if p[0] == segment for a in result.artifacts if a.public}


def _approved(state: ProcessState, segment: int) -> list[Artifact]:
    left = results_of(state, segment)
    return [left[key] for key in state.task.approvals.get(segment, ())]


def _ordered(state: ProcessState, segment: int) -> tuple[Artifact, ...]:
    match state.task.orders.get(segment):
        case AdaptationOrder(screenplay=screenplay):
            return (screenplay,)
        case CompositionOrder(audio=Artifact() as audio):
            return (audio,)
        case _:
            return ()


def _left_by(state: ProcessState, kind: JobKind, item: int | None = None) -> list[Artifact]:
    results = [r for (_, k, i), r in state.newest.items() if k == kind and item in (None, i)]
    return [a for r in sorted(results, key=lambda r: r.job.item) for a in r.artifacts]


def _spoken(state: ProcessState) -> list[Artifact]:
    """The script and the timings of its narration."""
    timings = [a for a in _left_by(state, "speak_page") if a.media_type == "application/json"]
    return [script_of(state), *timings]
