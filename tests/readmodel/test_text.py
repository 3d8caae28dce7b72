"""Text that any database can hold."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.readmodel.text import document, storable

TEXTS = st.text(alphabet=st.sampled_from('\x00\\u0a"\ufffd\n東🪁'), max_size=12)


@pytest.mark.parametrize(
    ("text", "stored"), [("plain", "plain"), ("a\x00b", "a\ufffdb"), ("\ud800ü", "\ufffdü"), ("東京 🪁", "東京 🪁")]
)
def test_storable(text: str, stored: str) -> None:
    assert storable(text) == stored


@given(st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)))
def test_documents_keep_everything_else(value: object) -> None:
    def cleaned(one: object) -> object:
        if isinstance(one, str):
            return one.replace("\x00", "\ufffd")
        if isinstance(one, list):
            return [cleaned(item) for item in one]
        return {cleaned(k): cleaned(v) for k, v in one.items()} if isinstance(one, dict) else one

    written = document(value)
    assert json.loads(written) == msgspec.json.decode(written)
    assert "\x00" not in json.dumps(json.loads(written), ensure_ascii=False)
    if not isinstance(value, dict):
        assert json.loads(written) == cleaned(value)
