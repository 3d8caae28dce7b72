"""Sessions: what is ordered, what has to be approved, and what jobs work from then."""

from typing import Any

from msgspec.structs import replace

from services.tasks import process
from services.tasks.projections import evolve_task
from services.tasks.rows import TaskRows
from services.tasks.task import TASK, NewApproval, NewTask
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.orders import AdaptationOrder, ClipsOrder, CompositionOrder, Order, Overlay, PicturesOrder
from shared.contracts.values import Artifact, Brief, Charge
from shared.contracts.workflow import SESSION, STORY, Group, Segment, Workflow
from shared.errors import Busy, Invalid, OutOfOrder
from shared.eventstore.port import StreamName
from tests.spec import Spec
from tests.tasks.world import World, result_of

BRIEF = Brief(topic="man buys hat")
ME: dict[str, Any] = {"owner": "7", "task": "s-1"}
PICTURES = PicturesOrder(count=3)
CLIPS = ClipsOrder(count=4, prompt="slow zoom", duration_ms=2_000)
SONG = Artifact(name="audio", key="users/7/input/song.mp3", media_type="audio/mpeg", size_bytes=9)
FILM = CompositionOrder(overlays=(Overlay(text="Chapter 1", start_ms=0, duration_ms=2_000),), audio=SONG)

CREATED = e.TaskCreated(surface="sessions", workflow=SESSION, brief=BRIEF, auto=True)
PICTURES_WANTED = e.SegmentRequested(segment=1, run=1, order=PICTURES)
PICTURES_DONE = (CREATED, PICTURES_WANTED, e.SegmentCompleted(segment=1, run=1))
CHOSEN = e.ResultsApproved(segment=1, keys=("c", "a"))
CLIPS_DONE = (
    *PICTURES_DONE,
    CHOSEN,
    e.SegmentRequested(segment=2, run=2, order=CLIPS),
    e.SegmentCompleted(segment=2, run=2),
)


def new(order: Order | None) -> NewTask:
    command = c.CreateTask(**ME, surface="sessions", brief=BRIEF, workflow="session", auto=True, order=order)
    return NewTask(command, SESSION)


def request(segment: int, order: Order | None = None, redo: bool = False) -> c.RequestSegment:
    return c.RequestSegment(**ME, segment=segment, order=order, redo=redo)


def approve(segment: int, *keys: str) -> NewApproval:
    return NewApproval(c.ApproveResults(**ME, segment=segment, keys=keys), frozenset("abc"))


def given(*past: e.Event) -> Spec:
    return Spec(TASK, *past)


def test_a_session_begins_with_its_pictures() -> None:
    given().when(new(PICTURES)).then(CREATED, PICTURES_WANTED)


def test_what_needs_an_order_is_not_done_without_a_fitting_one() -> None:
    given().when(new(None)).refused(Invalid, "Images needs an order")
    given(*PICTURES_DONE, CHOSEN).when(request(2)).refused(Invalid, "Clips needs an order")
    given(*PICTURES_DONE, CHOSEN).when(request(2, FILM)).refused(Invalid, "Clips needs an order")


def test_a_gate_stands_until_something_is_approved() -> None:
    given(*PICTURES_DONE).when(request(2, CLIPS)).refused(OutOfOrder, "Approve results of the step before first")
    given(*PICTURES_DONE, CHOSEN).when(request(2, CLIPS)).then(e.SegmentRequested(segment=2, run=2, order=CLIPS))
    given(*CLIPS_DONE).when(request(3, FILM)).refused(OutOfOrder, "Approve")


def test_a_gate_stops_an_automatic_run() -> None:
    given(CREATED, PICTURES_WANTED).when(c.CompleteSegment(**ME, segment=1, run=1)).then(PICTURES_DONE[-1])


def test_results_are_approved_in_the_order_of_use() -> None:
    given(*PICTURES_DONE).when(approve(1, "c", "a")).then(CHOSEN)
    given(*PICTURES_DONE, CHOSEN).when(approve(1, "c", "a")).nothing()
    given(*PICTURES_DONE, CHOSEN).when(approve(1, "a", "c")).then(e.ResultsApproved(segment=1, keys=("a", "c")))


def test_only_own_results_can_be_approved_each_once_and_one_at_least() -> None:
    given(*PICTURES_DONE).when(approve(1, "a", "x")).refused(Invalid, "own results")
    given(*PICTURES_DONE).when(approve(1, "a", "a")).refused(Invalid, "each once")
    given(*PICTURES_DONE).when(approve(1)).refused(Invalid)


def test_nothing_else_can_be_approved() -> None:
    given(*CLIPS_DONE).when(approve(3, "a")).refused(Invalid, "nothing to approve")
    given(*CLIPS_DONE).when(approve(4, "a")).refused(Invalid, "nothing to approve")
    given(*PICTURES_DONE).when(approve(2, "a")).refused(OutOfOrder)
    given(CREATED, PICTURES_WANTED).when(approve(1, "a")).refused(Busy)


def test_another_choice_drops_what_came_of_the_first() -> None:
    spec = given(*CLIPS_DONE, e.ResultsApproved(segment=2, keys=("a",)), e.ResultsApproved(segment=1, keys=("b",)))
    assert (spec.state.current, spec.state.approvals) == (1, {1: ("b",)})
    spec.when(request(3, FILM)).refused(OutOfOrder)
    spec.when(request(2, CLIPS)).then(e.SegmentRequested(segment=2, run=3, order=CLIPS))


def test_a_retry_does_the_same_order_again_and_another_order_is_a_new_run() -> None:
    failed = (
        *PICTURES_DONE,
        CHOSEN,
        e.SegmentRequested(segment=2, run=2, order=CLIPS),
        e.SegmentFailed(segment=2, run=2, attempt=1, reason="x"),
    )
    again = e.SegmentRequested(segment=2, run=2, attempt=2, order=CLIPS)
    given(*failed).when(request(2)).then(again)
    given(*failed).when(request(2, CLIPS)).then(again)
    other = ClipsOrder(count=1, prompt="pan", duration_ms=1_000)
    given(*failed).when(request(2, other)).then(e.SegmentRequested(segment=2, run=3, order=other))


def test_a_redo_takes_the_order_of_before_unless_it_brings_another() -> None:
    given(*CLIPS_DONE).when(request(2, redo=True)).then(e.SegmentRequested(segment=2, run=3, order=CLIPS))


def test_after_an_approval_an_automatic_run_goes_on_when_asked() -> None:
    gated = Workflow("comic", 1, (Segment(1, "S", ((Group("write_story"),),), gate=True), STORY.segments[1]))
    past = (
        e.TaskCreated(surface="videos", workflow=gated, brief=BRIEF, auto=True),
        e.SegmentRequested(segment=1, run=1),
        e.SegmentCompleted(segment=1, run=1, pages=3),
    )
    given(*past).when(approve(1, "a")).then(
        e.ResultsApproved(segment=1, keys=("a",)), e.SegmentRequested(segment=2, run=2)
    )


def test_a_gate_may_stand_at_the_end() -> None:
    last = Workflow("draft", 1, (Segment(1, "S", ((Group("write_story"),),), gate=True),))
    past = (
        e.TaskCreated(surface="videos", workflow=last, brief=BRIEF, auto=True),
        e.SegmentRequested(segment=1, run=1),
        e.SegmentCompleted(segment=1, run=1, pages=3),
    )
    given(*past).when(approve(1, "a")).then(e.ResultsApproved(segment=1, keys=("a",)))


def session() -> World:
    world = World(workflow=SESSION)
    world.ask(new(PICTURES))
    return world


def keys_left(world: World, segment: int) -> list[str]:
    return [r.artifacts[0].key for place, r in sorted(world.state.results.items()) if place[0] == segment]


def choose(world: World, segment: int, *keys: str) -> None:
    world.ask(NewApproval(c.ApproveResults(**ME, segment=segment, keys=keys), frozenset(keys_left(world, segment))))


def test_a_session_makes_what_was_ordered_from_what_was_approved() -> None:
    world = session()
    assert [(j.job.kind, j.job.item, j.items) for j in world.queue] == [("draw_picture", n, 3) for n in (1, 2, 3)]
    assert {j.order for j in world.queue} == {PICTURES}
    world.work_all()
    pictures = keys_left(world, 1)
    choose(world, 1, pictures[2], pictures[0])
    world.ask(request(2, CLIPS))
    assert [[a.key for a in j.inputs] for j in world.queue] == [[pictures[i]] for i in (2, 0, 2, 0)]
    world.work_all()
    clips = keys_left(world, 2)
    choose(world, 2, clips[3], clips[1])
    world.ask(request(3, FILM))
    assert [a.key for a in world.queue[0].inputs] == [clips[3], clips[1], SONG.key]
    world.work_all()
    assert world.state.task.current == 3


def test_a_film_without_sound_is_made_of_clips_only() -> None:
    world = session().work_all()
    choose(world, 1, keys_left(world, 1)[0])
    world.ask(request(2, CLIPS)).work_all()
    choose(world, 2, keys_left(world, 2)[0])
    world.ask(request(3, CompositionOrder()))
    assert len(world.queue[0].inputs) == 1


def test_after_a_crash_the_same_jobs_are_owed_with_the_same_orders() -> None:
    world = session().work()
    owed = process.resume(world.state)
    assert [due.job.item for due in owed if isinstance(due, c.RunJob)] == [2, 3]


def test_a_story_can_be_adapted_from_a_screenplay() -> None:
    play = Artifact(
        name="screenplay.json", key="users/7/output/texts/p.json", media_type="application/json", size_bytes=9
    )
    world = World()
    order = AdaptationOrder(screenplay=play)
    asked = c.CreateTask(owner="7", task="1", surface="stories", brief=BRIEF, auto=True, order=order)
    world.ask(NewTask(asked, STORY))
    assert (world.queue[0].job.kind, world.queue[0].inputs, world.queue[0].order) == ("write_story", (play,), order)
    assert world.work_all().state.task.current == 5


def rows(world: World) -> TaskRows:
    result = TaskRows()
    for commit in world.commits:
        result = evolve_task(result, commit)
    return result


def test_owners_see_what_was_ordered_and_chosen() -> None:
    world = session()
    task = rows(world).task or {}
    assert (task["items_total"], task["orders"]) == (3, {"1": {"type": "pictures", "count": 3}})
    world.work_all()
    pictures = keys_left(world, 1)
    choose(world, 1, pictures[2])
    world.ask(request(2, CLIPS)).work_all()
    task = rows(world).task or {}
    assert (task["approvals"], task["orders"]["2"]["prompt"]) == ({"1": [pictures[2]]}, "slow zoom")
    assert (task["status"], task["current_segment"], task["progress"]) == ("pending", 2, 0.6667)
    choose(world, 1, pictures[0])
    task = rows(world).task or {}
    assert (task["approvals"], list(task["orders"]), task["current_segment"]) == ({"1": [pictures[0]]}, ["1"], 1)
    assert {segment for segment, _ in rows(world).artifacts} == {1}


def test_what_was_paid_stays_paid() -> None:
    """Charges are facts: a redo, a late answer or a deletion takes none of them back."""
    world = session()
    charge = Charge(service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3_000)
    late = world.queue[0]
    world.work_all().ask(request(1, redo=True))
    for command in (world.queue[0], late):
        done = replace(result_of(command), charges=(charge, charge))
        world.append(StreamName("job", "7", command.job.stream_id + ".x"), (done,))
    world.ask(c.DeleteTask(**ME))
    charges = rows(world).charges
    assert list(charges) == [1, 2, 3, 4]
    assert {row["amount_microusd"] for row in charges.values()} == {3_000}
