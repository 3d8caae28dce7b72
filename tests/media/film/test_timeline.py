from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.local.film import timeline as t
from shared.errors import Invalid

durations = st.lists(st.integers(0, 90_000), min_size=1, max_size=12)


@given(durations)
def test_pages_own_every_frame_exactly_once(durations_ms):
    times = t.timeline(durations_ms)
    owned = [frame for page in times.pages for frame in range(page.start_frame, page.end_frame)]
    assert owned == list(range(times.frames))


@given(durations)
def test_speech_stays_within_its_page_and_after_the_crossfade_is_mostly_done(durations_ms):
    times = t.timeline(durations_ms)
    for page, spoken_ms in zip(times.pages, durations_ms, strict=True):
        begin, end = (page.start_frame * 1000 / t.FPS, page.end_frame * 1000 / t.FPS)
        assert begin + 400 <= page.narration_start_ms
        assert page.narration_start_ms + spoken_ms + 450 <= end
    assert times.total_ms == pytest.approx(times.frames * 1000 / 24, abs=0.5)


def test_a_default_story_lasts_about_forty_seconds():
    assert 36_000 <= t.timeline([5600] * 6).total_ms <= 44_000


def test_the_film_opens_and_closes_in_black_and_is_light_between():
    times = t.timeline([4000, 4000])
    light = [times.light(frame) for frame in range(times.frames)]
    assert light[0] == 0
    assert light[-1] == 0
    assert light[times.cover_frame] == 1
    assert all(value == 1 for value in light[t.FADE_IN_FRAMES : -t.FADE_OUT_FRAMES])
    assert light[: t.FADE_IN_FRAMES] == sorted(light[: t.FADE_IN_FRAMES])


def test_the_cover_is_taken_before_the_first_word():
    times = t.timeline([4000])
    assert times.cover_frame * 1000 / t.FPS < times.pages[0].narration_start_ms - 90


def test_a_page_without_words_is_still_seen():
    assert t.timeline([3000, 0, 3000]).pages[1].frames >= 2 * t.FPS


def test_arrival_grows_through_the_crossfade_and_ends_full():
    shares = [t.arrival(i) for i in range(t.FADE_FRAMES + 2)]
    assert 0 < shares[0] < 0.05
    assert shares == sorted(shares)
    assert shares[-2:] == [1, 1]


def test_only_the_last_picture_has_no_frames_in_a_later_page():
    times = t.timeline([1000, 2000])
    assert times.on_screen_frames(0) == times.pages[0].frames + t.FADE_FRAMES
    assert times.on_screen_frames(1) == times.pages[1].frames


@pytest.mark.parametrize("durations_ms", [[], [-1], [100, -5]])
def test_nonsense_is_refused(durations_ms):
    with pytest.raises(Invalid):
        t.timeline(durations_ms)
