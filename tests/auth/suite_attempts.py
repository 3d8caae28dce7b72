"""What every implementation of `ports.Attempts` must do. Inherit and give `stores`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.auth.suite import T0
from tests.auth.worlds import Stores


class AttemptsSuite:
    def test_attempts_count_by_name_within_the_window(self, stores: Stores) -> None:
        assert [stores.attempts.begin("ann", T0 + n, T0 - 100)[1] for n in range(3)] == [1, 2, 3]
        assert stores.attempts.begin("bob", T0, T0 - 100)[1] == 1
        assert stores.attempts.begin("ann", T0 + 3, T0 + 1)[1] == 2

    def test_withdrawn_attempts_do_not_count(self, stores: Stores) -> None:
        attempt, _ = stores.attempts.begin("ann", T0, 0)
        stores.attempts.withdraw(attempt)
        assert stores.attempts.begin("ann", T0, 0)[1] == 1

    def test_success_wipes_the_slate_of_that_name(self, stores: Stores) -> None:
        for name in ("ann", "ann", "bob"):
            stores.attempts.begin(name, T0, 0)
        stores.attempts.succeed("ann")
        assert stores.attempts.begin("ann", T0, 0)[1] == 1
        assert stores.attempts.begin("bob", T0, 0)[1] == 2

    def test_concurrent_attempts_cannot_hide_from_each_other(self, stores: Stores) -> None:
        with ThreadPoolExecutor(8) as pool:
            counts = list(pool.map(lambda _: stores.attempts.begin("ann", T0, 0)[1], range(32)))
        assert sum(count <= 5 for count in counts) <= 5

    def test_sweeping_takes_old_ones(self, stores: Stores) -> None:
        stores.attempts.begin("ann", T0, 0)
        stores.attempts.begin("ann", T0 + 10, 0)
        assert stores.attempts.sweep(T0 + 10) == 1
        assert stores.attempts.begin("ann", T0 + 11, 0)[1] == 2
