from __future__ import annotations

import statistics
import time

import pytest

from services.auth.adapters.argon2 import Argon2Passwords
from services.auth.settings import AuthSettings


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    settings = AuthSettings()
    return Argon2Passwords(settings.argon2_memory_kib, settings.argon2_passes, settings.argon2_lanes)


def test_hashes_are_argon2id_with_salt(passwords: Argon2Passwords) -> None:
    one, other = passwords.hash("p1"), passwords.hash("p1")
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != other
    assert passwords.verify(one, "p1")
    assert not passwords.verify(one, "p2")


def test_nobody_takes_as_long_as_somebody(passwords: Argon2Passwords) -> None:
    def median_ms(password_hash: str | None) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            assert not passwords.verify(password_hash, "wrong")
            times.append((time.perf_counter() - start) * 1000)
        return statistics.median(times)

    known, unknown = median_ms(passwords.hash("p1")), median_ms(None)
    assert 0.4 < known / unknown < 2.5


def test_a_damaged_hash_lets_nobody_in(passwords: Argon2Passwords) -> None:
    assert not passwords.verify("damaged", "p1")
    assert not passwords.verify("", "")


def test_other_parameters_are_outdated(passwords: Argon2Passwords) -> None:
    assert passwords.outdated(Argon2Passwords(8, 1, 1).hash("p1"))
    assert not passwords.outdated(passwords.hash("p1"))
