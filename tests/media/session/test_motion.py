"""Prompts steer the camera, and the camera never shakes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.media.local.session.motion import Pose, eased, read_motion

FPS = 24


def motion(prompt: str, item: int = 1, frames: int = 192, seed: int = 3):
    return read_motion(prompt, item, seed, frames, FPS)


def ends(prompt: str, **how) -> tuple[Pose, Pose]:
    moved = motion(prompt, **how)
    return moved.pose(0), moved.pose(moved.frames - 1)


@pytest.mark.parametrize("prompt", ["slow zoom in on the hat", "Zooming slowly in", "camera moves closer", "zoom"])
def test_zooming_in_ends_closer(prompt):
    begin, end = ends(prompt)
    assert end.view.zoom > begin.view.zoom * 1.05


@pytest.mark.parametrize("prompt", ["zoom out", "the camera pulls back", "zoom slowly out to reveal the city"])
def test_zooming_out_ends_further_away(prompt):
    begin, end = ends(prompt)
    assert end.view.zoom < begin.view.zoom * 0.97


@pytest.mark.parametrize(
    ("prompt", "way"),
    [
        ("pan right", 1),
        ("camera pans slowly to the left", -1),
        ("pan from left to right", 1),
        ("right to left pan", -1),
    ],
)
def test_panning_goes_where_it_is_told(prompt, way):
    begin, end = ends(prompt)
    assert (end.view.x - begin.view.x) * way > 0.5
    assert end.view.zoom == pytest.approx(begin.view.zoom)


def test_tilting_up_shows_what_is_above():
    begin, end = ends("tilt up to the sky")
    assert end.view.y < begin.view.y - 0.5
    begin, end = ends("tilt down")
    assert end.view.y > begin.view.y + 0.5


def test_orbits_and_dollies_go_round_and_into_things():
    begin, end = ends("orbit around the product")
    assert begin.orbit * end.orbit < 0
    begin, end = ends("dolly in")
    assert end.push > begin.push
    assert end.view.zoom > begin.view.zoom


@pytest.mark.parametrize("prompt", ["static shot", "no camera movement", "tripod, leaves moving in the wind"])
def test_static_means_static(prompt):
    begin, end = ends(prompt)
    assert begin == end


def test_what_is_forbidden_is_not_done():
    begin, end = ends("pan right, no zoom")
    assert end.view.zoom == pytest.approx(begin.view.zoom)


def test_words_for_speed_change_the_way():
    def reach(prompt: str) -> float:
        begin, end = ends(prompt)
        return end.view.zoom / begin.view.zoom

    assert reach("slow zoom in") < reach("zoom in") < reach("fast dramatic zoom in")


def test_short_clips_do_not_rush():
    begin, end = ends("zoom in", frames=48)
    longer = ends("zoom in", frames=192)
    assert end.view.zoom / begin.view.zoom < longer[1].view.zoom / longer[0].view.zoom


def test_unasked_motion_differs_from_clip_to_clip_and_is_the_same_again():
    moves = [motion("elegant hat showcase", item=n) for n in range(1, 5)]
    assert len({(m.begin, m.end) for m in moves}) == 4
    assert moves[0] == motion("elegant hat showcase", item=1)


@pytest.mark.parametrize("prompt", ["zoom in", "pan left", "orbit", "handheld", "tilt up slowly", "track right", ""])
def test_the_camera_moves_evenly_and_starts_at_rest(prompt):
    moved = motion(prompt)
    xs = [moved.pose(n).view.x + moved.pose(n).orbit * 10 for n in range(moved.frames)]
    steps = [b - a for a, b in pairwise(xs)]
    changes = [abs(b - a) for a, b in pairwise(steps)]
    assert max(changes, default=0) < 0.01
    assert abs(steps[0]) < 0.02


def test_easing_goes_from_nought_to_one():
    values = [eased(n / 100) for n in range(101)]
    assert values[0] == 0
    assert values[-1] == 1
    assert all(b >= a for a, b in pairwise(values))
