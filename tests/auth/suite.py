"""What every implementation of the auth service's storage ports must do. Inherit and give `stores`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from services.auth.model import Keeping, Kept, NewAccount, NewToken, Refused, Reused, Rotated, Rotation, StoredAccount
from shared.contracts.events import AccountRegistered, RefreshTokenReused
from shared.errors import Invalid
from tests.auth.worlds import Stores

T0 = 1_000_000
HERE, ELSEWHERE = "stories", "projects"


def new_account(key: str = "ann", **changes: object) -> NewAccount:
    account = NewAccount(username=key.title(), key=key, password_hash="hash", created_ms=T0)
    return msgspec.structs.replace(account, **changes)


def token(digest: str, at_ms: int = T0, life_ms: int = 1000) -> NewToken:
    return NewToken(digest=digest, issued_ms=at_ms, expires_ms=at_ms + life_ms)


class AccountsSuite:
    def test_an_account_is_found_by_key_and_by_id_as_it_was_added(self, stores: Stores) -> None:
        added = stores.accounts.add(new_account(admin=True))
        expected = StoredAccount(id=added.id, username="Ann", password_hash="hash", created_ms=T0, admin=True)
        assert added == expected
        assert stores.accounts.by_key("ann") == expected
        assert stores.accounts.by_id(added.id) == expected

    def test_numbers_are_drawn_and_a_taken_one_is_drawn_anew(self, stores: Stores) -> None:
        numbers = iter((7, 7, 7, 3, 2**31 - 1))
        stores.accounts._draw = lambda: next(numbers)  # type: ignore[attr-defined]
        assert [stores.accounts.add(new_account(k)).id for k in ("a", "b", "c")] == [7, 3, 2**31 - 1]
        assert [account.id for account in stores.accounts.page()] == [3, 7, 2**31 - 1]
        assert [account.id for account in stores.accounts.page(after_id=3, limit=1)] == [7]

    def test_no_two_databases_give_out_the_same_numbers(self, stores: Stores) -> None:
        given = {stores.accounts.add(new_account(f"user-{n}")).id for n in range(50)}
        assert len(given) == 50
        assert max(given) > 100_000  # one in 10^200 times it is not

    def test_a_key_is_taken_once(self, stores: Stores) -> None:
        stores.accounts.add(new_account())
        with pytest.raises(Invalid, match="Username already exists"):
            stores.accounts.add(new_account(username="ANN"))
        assert [account.username for account in stores.accounts.page()] == ["Ann"]

    def test_of_concurrent_registrations_of_a_name_one_wins(self, stores: Stores) -> None:
        def register(_: int) -> bool:
            try:
                stores.accounts.add(new_account())
            except Invalid:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(register, range(16))) == 1
        assert len(stores.outbox.owed()) == 1

    def test_unknown_accounts_are_none(self, stores: Stores) -> None:
        assert stores.accounts.by_key("nobody") is None
        assert [stores.accounts.by_id(i) for i in (-1, 0, 1, 2**31, 2**80)] == [None] * 5

    def test_pages_go_through_all_accounts(self, stores: Stores) -> None:
        numbers = sorted(stores.accounts.add(new_account(f"user{number}")).id for number in range(5))
        first = stores.accounts.page(limit=3)
        assert [account.id for account in first] == numbers[:3]
        assert [account.id for account in stores.accounts.page(after_id=numbers[2], limit=3)] == numbers[3:]

    def test_hash_role_and_state_can_be_changed(self, stores: Stores) -> None:
        ann, bob = stores.accounts.add(new_account()), stores.accounts.add(new_account("bob"))
        stores.accounts.set_password_hash(ann.id, "other")
        stores.accounts.set_admin(ann.id, True)
        stores.accounts.set_disabled(ann.id, True)
        found = stores.accounts.by_id(ann.id)
        assert found is not None
        assert (found.password_hash, found.admin, found.disabled) == ("other", True, True)
        assert stores.accounts.by_id(bob.id) == bob

    def test_an_account_owes_its_audit_fact(self, stores: Stores) -> None:
        account = stores.accounts.add(new_account())
        (fact,) = stores.outbox.owed()
        assert (fact.account_id, fact.time_ms, fact.event) == (account.id, T0, AccountRegistered(username="Ann"))
        stores.outbox.delivered(fact.event_id)
        assert stores.outbox.owed() == []


class SessionsSuite:
    @pytest.fixture
    def ann(self, stores: Stores) -> int:
        account = stores.accounts.add(new_account())
        for fact in stores.outbox.owed():
            stores.outbox.delivered(fact.event_id)
        stores.sessions.open(account.id, token("t1"), HERE)
        return account.id

    def test_a_token_is_replaced_by_its_successor(self, stores: Stores, ann: int) -> None:
        outcome = stores.sessions.rotate("t1", token("t2", T0 + 10), T0 + 10, HERE)
        assert isinstance(outcome, Rotated)
        assert (outcome.account.id, outcome.started_ms) == (ann, T0)
        assert isinstance(stores.sessions.rotate("t2", token("t3", T0 + 20), T0 + 20, HERE), Rotated)

    def test_a_reused_token_revokes_its_family_and_owes_one_fact(self, stores: Stores, ann: int) -> None:
        stores.sessions.rotate("t1", token("t2"), T0, HERE)
        outcome = stores.sessions.rotate("t1", token("t3"), T0 + 1, HERE)
        assert isinstance(outcome, Reused)
        assert outcome.account_id == ann
        assert stores.sessions.rotate("t2", token("t4"), T0 + 2, HERE) == Refused()
        assert stores.sessions.rotate("t1", token("t5"), T0 + 3, HERE) == Refused()
        assert [fact.event for fact in stores.outbox.owed()] == [RefreshTokenReused(family=outcome.family)]

    def test_a_kept_token_stays_valid_until_it_is_spent_or_expires(self, stores: Stores, ann: int) -> None:
        for at_ms in (T0, T0 + 1, T0 + 999):
            outcome = stores.sessions.keep("t1", at_ms, HERE)
            assert isinstance(outcome, Kept)
            assert (outcome.account.id, outcome.started_ms) == (ann, T0)
        assert stores.sessions.keep("t1", T0 + 1000, HERE) == Refused()
        assert isinstance(stores.sessions.rotate("t1", token("t2"), T0 + 999, HERE), Rotated)
        assert isinstance(stores.sessions.keep("t2", T0 + 999, HERE), Kept)
        assert stores.outbox.owed() == []

    def test_keeping_a_token_that_was_spent_is_reuse(self, stores: Stores, ann: int) -> None:
        stores.sessions.rotate("t1", token("t2"), T0, HERE)
        outcome = stores.sessions.keep("t1", T0 + 1, HERE)
        assert isinstance(outcome, Reused)
        assert stores.sessions.keep("t2", T0 + 2, HERE) == Refused()
        assert stores.sessions.keep("t1", T0 + 3, HERE) == Refused()
        assert [fact.event for fact in stores.outbox.owed()] == [RefreshTokenReused(family=outcome.family)]

    def test_unknown_revoked_and_disabled_tokens_are_not_kept(self, stores: Stores, ann: int) -> None:
        assert stores.sessions.keep("nothing", T0, HERE) == Refused()
        stores.accounts.set_disabled(ann, True)
        assert stores.sessions.keep("t1", T0, HERE) == Refused()
        stores.accounts.set_disabled(ann, False)
        assert isinstance(stores.sessions.keep("t1", T0, HERE), Kept)
        stores.sessions.close("t1", T0)
        assert stores.sessions.keep("t1", T0, HERE) == Refused()

    def test_of_concurrent_keepings_all_win_and_a_rotation_among_them_ends_the_rest(
        self, stores: Stores, ann: int
    ) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert all(
                isinstance(one, Kept) for one in pool.map(lambda _: stores.sessions.keep("t1", T0, HERE), range(16))
            )
            rotated = pool.submit(stores.sessions.rotate, "t1", token("t2"), T0, HERE)
            outcomes = list(pool.map(lambda _: stores.sessions.keep("t1", T0, HERE), range(16)))
        assert isinstance(rotated.result(), Rotated)
        assert sum(isinstance(outcome, Reused) for outcome in outcomes) <= 1

    def test_other_families_stay(self, stores: Stores, ann: int) -> None:
        stores.sessions.open(ann, token("u1"), HERE)
        stores.sessions.rotate("t1", token("t2"), T0, HERE)
        stores.sessions.rotate("t1", token("t3"), T0, HERE)
        assert isinstance(stores.sessions.rotate("u1", token("u2"), T0, HERE), Rotated)

    @pytest.mark.parametrize("verb", ["rotate", "keep"])
    def test_a_token_of_one_surface_is_refused_by_another_and_stays_valid(
        self, stores: Stores, ann: int, verb: str
    ) -> None:
        def elsewhere() -> Rotation | Keeping:
            if verb == "keep":
                return stores.sessions.keep("t1", T0, ELSEWHERE)
            return stores.sessions.rotate("t1", token("t2"), T0, ELSEWHERE)

        assert [elsewhere() for _ in range(2)] == [Refused()] * 2
        assert isinstance(stores.sessions.keep("t1", T0, HERE), Kept)
        assert isinstance(stores.sessions.rotate("t1", token("t2"), T0, HERE), Rotated)
        assert stores.outbox.owed() == []
        assert isinstance(elsewhere(), Reused)  # spent: whoever has it has a copy
        assert stores.sessions.rotate("t2", token("t3"), T0, HERE) == Refused()

    def test_a_successor_belongs_to_the_surface_of_its_family(self, stores: Stores, ann: int) -> None:
        stores.sessions.rotate("t1", token("t2"), T0, HERE)
        assert stores.sessions.rotate("t2", token("t3"), T0, ELSEWHERE) == Refused()
        assert isinstance(stores.sessions.rotate("t2", token("t3"), T0, HERE), Rotated)

    def test_a_family_from_before_surfaces_were_kept_fits_all(self, stores: Stores, ann: int) -> None:
        stores.sessions.open(ann, token("u1"), "")
        assert isinstance(stores.sessions.keep("u1", T0, ELSEWHERE), Kept)
        assert isinstance(stores.sessions.rotate("u1", token("u2"), T0, HERE), Rotated)
        assert isinstance(stores.sessions.rotate("u2", token("u3"), T0, ELSEWHERE), Rotated)

    def test_an_expired_token_is_refused(self, stores: Stores, ann: int) -> None:
        assert stores.sessions.rotate("t1", token("t2"), T0 + 1000, HERE) == Refused()
        assert isinstance(stores.sessions.rotate("t1", token("t2"), T0 + 999, HERE), Rotated)

    def test_unknown_tokens_are_refused(self, stores: Stores, ann: int) -> None:
        assert stores.sessions.rotate("nothing", token("t2"), T0, HERE) == Refused()
        stores.sessions.close("nothing", T0)

    @pytest.mark.parametrize("shown", ["t1", "t2"])
    def test_closing_by_any_token_ends_the_family(self, stores: Stores, ann: int, shown: str) -> None:
        stores.sessions.rotate("t1", token("t2"), T0, HERE)
        stores.sessions.close(shown, T0)
        assert stores.sessions.rotate("t2", token("t3"), T0, HERE) == Refused()

    def test_closing_all_ends_every_family_of_the_account(self, stores: Stores, ann: int) -> None:
        bob = stores.accounts.add(new_account("bob"))
        stores.sessions.open(ann, token("u1"), HERE)
        stores.sessions.open(bob.id, token("b1"), HERE)
        stores.sessions.close_all(ann, T0)
        assert [stores.sessions.rotate(t, token(t + "+"), T0, HERE) for t in ("t1", "u1")] == [Refused()] * 2
        assert isinstance(stores.sessions.rotate("b1", token("b2"), T0, HERE), Rotated)

    def test_a_disabled_account_is_refused_and_its_token_not_spent(self, stores: Stores, ann: int) -> None:
        stores.accounts.set_disabled(ann, True)
        assert stores.sessions.rotate("t1", token("t2"), T0, HERE) == Refused()
        stores.accounts.set_disabled(ann, False)
        assert isinstance(stores.sessions.rotate("t1", token("t2"), T0, HERE), Rotated)

    def test_of_concurrent_rotations_one_wins_and_the_others_kill_the_family(self, stores: Stores, ann: int) -> None:
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda n: stores.sessions.rotate("t1", token(f"s{n}"), T0, HERE), range(16)))
        assert sum(isinstance(outcome, Rotated) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, Reused) for outcome in outcomes) == 1
        assert all(stores.sessions.rotate(f"s{n}", token(f"z{n}"), T0, HERE) == Refused() for n in range(16))

    def test_sweeping_takes_expired_tokens_and_empty_families(self, stores: Stores, ann: int) -> None:
        stores.sessions.rotate("t1", token("t2", T0 + 500), T0 + 500, HERE)
        assert stores.sessions.sweep(T0 + 999) == 0
        assert stores.sessions.sweep(T0 + 1000) == 1  # t1
        assert isinstance(stores.sessions.rotate("t2", token("t3", T0 + 1000), T0 + 1000, HERE), Rotated)
        assert stores.sessions.sweep(T0 + 5000) == 3  # t2, t3 and the family
