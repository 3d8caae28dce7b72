"""What an administrator may define."""

import pytest

from services.tasks.workflows import WORKFLOW
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.workflow import STORY, Group, Segment
from shared.errors import Invalid, NotFound
from tests.spec import Spec

SHORT = (
    Segment(1, "Write", ((Group("write_story"),),)),
    Segment(2, "Make", ((Group("draw_image", "page"), Group("speak_page", "page")),)),
)


def define(*segments: Segment, name: str = "story") -> c.DefineWorkflow:
    return c.DefineWorkflow(name=name, segments=segments)


def defined(version: int, *segments: Segment, name: str = "story") -> e.WorkflowDefined:
    return e.WorkflowDefined(name=name, version=version, segments=segments)


def test_versions_count_on_from_the_built_in_definition() -> None:
    Spec(WORKFLOW).when(define(*SHORT)).then(defined(2, *SHORT))
    Spec(WORKFLOW, defined(2, *SHORT)).when(define(*STORY.segments)).then(defined(3, *STORY.segments))
    Spec(WORKFLOW).when(define(*SHORT, name="quick")).then(defined(1, *SHORT, name="quick"))


def test_defining_the_same_again_changes_nothing() -> None:
    Spec(WORKFLOW, defined(2, *SHORT)).when(define(*SHORT)).nothing()


def test_a_removed_workflow_may_come_back_with_a_new_version() -> None:
    removed = Spec(WORKFLOW, defined(2, *SHORT), e.WorkflowRemoved(name="story"))
    removed.when(define(*SHORT)).then(defined(3, *SHORT))
    removed.when(c.RemoveWorkflow(name="story")).nothing()


def test_removing() -> None:
    Spec(WORKFLOW, defined(2, *SHORT)).when(c.RemoveWorkflow(name="story")).then(e.WorkflowRemoved(name="story"))
    Spec(WORKFLOW).when(c.RemoveWorkflow(name="story")).refused(NotFound, "Workflow not found")


def test_the_default_workflow_may_itself_be_defined() -> None:
    Spec(WORKFLOW).when(define(*STORY.segments)).then(defined(2, *STORY.segments))


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ((), "1 to 20 segments"),
        ((Segment(2, "Write", ((Group("write_story"),),)),), "must have id 1"),
        ((Segment(1, " ", ((Group("write_story"),),)),), "needs a name"),
        ((Segment(1, "Write", ()),), "has no jobs"),
        ((Segment(1, "Write", ((),)),), "has no jobs"),
        ((Segment(1, "Draw", ((Group("draw_image", "page"),),)),), "draw_image needs write_story first"),
        ((Segment(1, "Write", ((Group("write_story", "page"),),)),), "not done per page"),
        ((Segment(1, "Write", ((Group("write_story"),), (Group("write_story"),))),), "write_story cannot stand here"),
        ((Segment(1, "Purge", ((Group("purge_artifacts"),),)),), "purge_artifacts cannot stand here"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(segments: tuple[Segment, ...], message: str) -> None:
    Spec(WORKFLOW).when(define(*segments)).refused(Invalid, message)


@pytest.mark.parametrize("name", ["", "Story", "../x", "a b", "9lives", "x" * 64])
def test_names_are_plain(name: str) -> None:
    Spec(WORKFLOW).when(define(*SHORT, name=name)).refused(Invalid, "name")


def test_other_events_change_nothing() -> None:
    assert WORKFLOW.evolve(WORKFLOW.initial, e.TaskDeleted()) == WORKFLOW.initial


@pytest.mark.parametrize("name", ["session", "screenplay"])
def test_workflows_of_other_surfaces_stay_as_they_are(name: str) -> None:
    Spec(WORKFLOW).when(define(*SHORT, name=name)).refused(Invalid, "built in")
