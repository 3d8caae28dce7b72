from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth import names
from shared.errors import Invalid


@pytest.mark.parametrize("raw", ["u1", "a", "demo@example.com", "Zoë", "李雷", "x" * 150, "first last", "नमस्ते"])
def test_good_names_stay_as_they_are(raw: str) -> None:
    assert names.username(raw) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "x" * 151,
        "x" * 100_000,
        " u1",
        "u1 ",
        "a\nb",
        "a\x00b",
        "a\u202eb",
        "a\u200bb",
        "\ud800",
        "\ufdfa" * 10,
    ],
)
def test_bad_names_are_refused(raw: str) -> None:
    with pytest.raises(Invalid, match="Username"):
        names.username(raw)


@pytest.mark.parametrize(
    ("one", "other"), [("Ann", "ANN"), ("ann", "ａｎｎ"), ("Zoë", "ZOE\u0308"), ("straße", "STRASSE"), ("ﬁn", "FIN")]
)
def test_names_that_look_the_same_share_a_key(one: str, other: str) -> None:
    assert names.key(names.username(one)) == names.key(names.username(other))


@given(st.text(max_size=200))
def test_a_name_is_its_own_normal_form_and_so_is_its_key(raw: str) -> None:
    try:
        name = names.username(raw)
    except Invalid:
        return
    assert names.username(name) == name
    assert len(names.key(name)) <= 600


@pytest.mark.parametrize("raw", ["p", "p1", "x" * 1024, "ü" * 512, " ", "пароль"])
def test_good_passwords(raw: str) -> None:
    assert names.password(raw) == raw


@pytest.mark.parametrize("raw", ["", "x" * 1025, "ü" * 513, "secret\ud800"])
def test_bad_passwords_are_refused_without_being_quoted(raw: str) -> None:
    with pytest.raises(Invalid, match="Password") as caught:
        names.password(raw)
    assert caught.value.__cause__ is None
    assert "secret" not in caught.value.message
