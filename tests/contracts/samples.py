"""A realistic event of each type. `python -m tests.contracts.samples` writes the golden files that are missing.

Golden files are what older versions of the program left on disk: they are added, never changed.
"""

from __future__ import annotations

from pathlib import Path

from shared.contracts import events as e
from shared.contracts import registry
from shared.contracts.jobs import JobRef
from shared.contracts.screenplay import Character, PlayScene, Screenplay, Sequence, Shot
from shared.contracts.values import Artifact, Brief, Charge
from shared.contracts.workflow import STORY, Group, Segment

GOLDEN = Path(__file__).parent / "golden"

_JOB = JobRef(owner="u7", task="4711", segment=2, run=3, kind="draw_image", item=4)
_IMAGE = Artifact(name="image/p4.png", key="u7/4711/3/image/p4.png", media_type="image/png", size_bytes=123_456)
_CLIP = Artifact(
    name="clip/4.mp4", key="u7/4711/5/clip/4.mp4", media_type="video/mp4", size_bytes=2_345_678, public=False
)
_BRIEF = Brief(
    topic='Die Füchsin und der Mond 🦊: "Wohin?"',
    main_role="Füchsin Mira",
    scene="ein Wald im Schnee",
    genre="bedtime",
    style="anime",
    language="german",
    voice="shimmer",
    length="long",
    aspect_ratio="9:16",
    seed=42,
)

_SCENE = PlayScene(
    id="scene_1",
    number=1,
    title="Opening Scene",
    description="A detective arrives at the harbour.",
    location="Downtown district",
    time_of_day="night",
    duration=15.0,
    characters=("char_1",),
    key_actions=("arrives", "examines evidence"),
    visual_notes="Neon lights, rain-soaked streets",
)
_CHARACTER = Character(
    id="char_1",
    name="Maya Chen",
    role="protagonist",
    description="A detective.",
    appearance="Short black hair",
    personality="Cynical but determined",
)
_SEQUENCE = Sequence(
    id="seq_1",
    scene_id="scene_1",
    total_duration=15.0,
    shots=(
        Shot(
            id="scene_1_shot_1",
            number=1,
            type="wide",
            camera_movement="dolly",
            duration=15.0,
            description="Establishing shot",
            visual_style="dark and moody",
        ),
    ),
)
_PROJECT_FILE = Artifact(
    name="project.json",
    key="users/7/output/projects/ai-crimes/v1/project.json",
    media_type="application/json",
    size_bytes=512,
)

SAMPLES: dict[str, e.Event] = {
    "task.created": e.TaskCreated(surface="stories", workflow=STORY, brief=_BRIEF, auto=True),
    "task.segment-requested": e.SegmentRequested(segment=2, run=3, attempt=2, request_id="01J8ZJ5XK4M7Q2V9T3R6W8Y0AB"),
    "task.segment-completed": e.SegmentCompleted(segment=1, run=1, pages=6),
    "task.segment-failed": e.SegmentFailed(segment=2, run=3, attempt=2, reason="The illustrator has no paper left."),
    "task.script-edited": e.ScriptEdited(
        segment=1,
        script=Artifact(
            name="script_data.json", key="u7/4711/e1/script_data.json", media_type="application/json", size_bytes=4_096
        ),
        pages=5,
    ),
    "task.deleted": e.TaskDeleted(),
    "task.results-approved": e.ResultsApproved(segment=1, keys=("users/7/output/images/s/r1/images-2.png",)),
    "task.redraw-requested": e.RedrawRequested(page=2, run=6, request_id="01J8ZJ5XK4M7Q2V9T3R6W8Y0AC"),
    "task.redraw-completed": e.RedrawCompleted(page=2, run=6),
    "task.redraw-failed": e.RedrawFailed(page=2, run=6, reason="The illustrator has no paper left."),
    "job.started": e.JobStarted(job=_JOB, attempt=1, provider="replicate"),
    "job.provider-job-submitted": e.ProviderJobSubmitted(
        job=_JOB, attempt=1, provider="replicate", provider_job_id="gm3qorzdhgbfurvjtvhg6dckhu"
    ),
    "job.submission-intended": e.SubmissionIntended(
        job=_JOB,
        attempt=1,
        provider="replicate",
        step="draw",
        nonce="9f2c7b1e",
        model="black-forest-labs/flux-schnell",
        input_sha256="3b1f" * 16,
    ),
    "job.provider-job-settled": e.ProviderJobSettled(
        job=_JOB,
        attempt=1,
        provider="replicate",
        step="draw",
        nonce="9f2c7b1e",
        outcome="succeeded",
        provider_job_id="gm3qorzdhgbfurvjtvhg6dckhu",
        charge=Charge(
            service="replicate_flux",
            model="flux-schnell",
            quantity=1.0,
            unit="image",
            amount_microusd=3_000,
            billed=True,
        ),
        outputs=(_IMAGE,),
    ),
    "job.completed": e.JobCompleted(
        job=_JOB, attempt=1, artifacts=(_IMAGE, _CLIP), pages=6, title="Die Füchsin und der Mond", took_ms=812
    ),
    "job.failed": e.JobFailed(job=_JOB, attempt=1, reason="The picture is 0 bytes long."),
    "budget.reserved": e.BudgetReserved(
        reservation="2026-11/4711/01J8ZJ5XK4M7Q2V9T3R6W8Y0AD",
        task="4711",
        amount_microusd=36_000,
        limit_microusd=20_000_000,
        at_ms=1_790_000_000_000,
    ),
    "budget.settled": e.BudgetSettled(
        reservation="2026-11/4711/01J8ZJ5XK4M7Q2V9T3R6W8Y0AD",
        task="4711",
        released_microusd=36_000,
        spent_microusd=18_000,
    ),
    "project.created": e.ProjectCreated(
        name="ai-crimes",
        preview="preview_0b8f3c1e5f3a4a539c5d3d1f0a7c9e21",
        screenplay=Screenplay(
            name="ai-crimes",
            prompt="A detective investigating AI crimes",
            language="en",
            style="dark and moody",
            scenes=(_SCENE,),
            characters=(_CHARACTER,),
            sequences=(_SEQUENCE,),
        ),
        files=(_PROJECT_FILE,),
    ),
    "project.opened": e.ProjectOpened(),
    "project.scene-added": e.SceneAdded(scene=_SCENE, sequence=_SEQUENCE),
    "project.scene-modified": e.SceneModified(scene=_SCENE),
    "project.scene-removed": e.SceneRemoved(scene_id="scene_1"),
    "project.character-modified": e.CharacterModified(character=_CHARACTER),
    "project.sequence-modified": e.SequenceModified(sequence=_SEQUENCE),
    "project.saved": e.ProjectSaved(files=(_PROJECT_FILE,)),
    "project.reverted": e.ProjectReverted(),
    "project.closed": e.ProjectClosed(),
    "project.deleted": e.ProjectDeleted(),
    "usage.requests-served": e.RequestsServed(
        requests=(
            e.RequestNote(
                endpoint="/generate/project",
                operation="project_generation",
                status=200,
                took_ms=245.3,
                sent_bytes=12_345,
                at_ms=1_790_000_000_000,
            ),
        )
    ),
    "workflow.defined": e.WorkflowDefined(
        name="comic",
        version=2,
        segments=(
            Segment(1, "Story", ((Group("write_story"),),)),
            Segment(2, "Image", ((Group("draw_image", "page"),),), gate=True),
        ),
    ),
    "workflow.removed": e.WorkflowRemoved(name="comic"),
    "account.registered": e.AccountRegistered(username="mira@example.com"),
    "account.refresh-token-reused": e.RefreshTokenReused(family="0b8f3c1e-5f3a-4a53-9c5d-3d1f0a7c9e21"),
}


def golden_file(name: str, schema: int) -> Path:
    """Where an event's bytes of a schema version are kept."""
    return GOLDEN / f"{name}.v{schema}.json"


def write_missing() -> list[Path]:
    """Writes the current shape of every sample that has no golden file yet."""
    missing = [
        (path, event)
        for name, event in SAMPLES.items()
        if not (path := golden_file(name, registry.SCHEMA_VERSIONS[name])).exists()
    ]
    for path, event in missing:
        path.write_bytes(registry.encode(event) + b"\n")
    return [path for path, _ in missing]


if __name__ == "__main__":
    for written in write_missing():
        print(written)
