"""The projector writes through a pooler what it would write directly, and generations are switched and dropped."""

from __future__ import annotations

from tests.readmodel.test_generations import (
    test_a_generation_that_somebody_reads_is_dropped_later,
    test_a_service_waits_for_the_migration,
    test_each_release_serves_its_own,
    test_preparing_makes_one_generation_however_often_and_many_do_it,
    test_the_fixed_part_is_as_the_model_says,
)
from tests.readmodel.test_migrate import (
    settings,
    store,
    test_the_command,
    test_what_was_interrupted_is_gone_on_with,
)
from tests.readmodel.test_projecting import (
    test_everything_is_read_at_one_moment,
    test_files_that_are_gone_are_gone,
    test_no_text_of_an_event_stops_the_projector,
    test_of_two_projectors_at_once_only_one_writes,
    test_what_is_refused_leaves_neither_rows_nor_checkpoint,
    test_whole_stories_give_the_same_rows_in_any_batches,
    views,
)

__all__ = [
    "settings",
    "store",
    "test_a_generation_that_somebody_reads_is_dropped_later",
    "test_a_service_waits_for_the_migration",
    "test_each_release_serves_its_own",
    "test_everything_is_read_at_one_moment",
    "test_files_that_are_gone_are_gone",
    "test_no_text_of_an_event_stops_the_projector",
    "test_of_two_projectors_at_once_only_one_writes",
    "test_preparing_makes_one_generation_however_often_and_many_do_it",
    "test_the_command",
    "test_the_fixed_part_is_as_the_model_says",
    "test_what_is_refused_leaves_neither_rows_nor_checkpoint",
    "test_what_was_interrupted_is_gone_on_with",
    "test_whole_stories_give_the_same_rows_in_any_batches",
    "views",
]
