"""What the sessions surface decides without asking anybody: words, sums, names, kinds, addresses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.bodies import Body
from services.gateway.sessions_keys import chosen, file_name, own_key, task_in
from services.gateway.sessions_remote import is_public
from services.gateway.sessions_sniff import kind_of
from services.gateway.sessions_wording import costs, described, status_of
from services.gateway.views import ArtifactView, ChargeView, TaskView
from shared.contracts.workflow import SESSION
from shared.errors import Forbidden, Invalid, NotFound
from tests.gateway.session_world import FILES, REFUSED


def task(**more) -> TaskView:
    usual = {"owner": "1", "task": "s", "surface": "sessions", "workflow": "session", "workflow_version": 1}
    return TaskView(**{**usual, "segments": SESSION.segments, "brief": {"topic": "hats"}, **more})


@pytest.mark.parametrize(
    ("view", "word"),
    [
        ({}, "pending"),
        ({"status": "running", "running_segment": 1}, "generating_images"),
        ({"current_segment": 1}, "reviewing_images"),
        ({"current_segment": 1, "approvals": {1: ("k",)}}, "images_approved"),
        ({"status": "running", "current_segment": 1, "running_segment": 2, "approvals": {1: ("k",)}},
         "generating_clips"),
        ({"current_segment": 2, "approvals": {1: ("k",)}}, "reviewing_clips"),
        ({"current_segment": 2, "approvals": {1: ("k",), 2: ("c",)}}, "clips_approved"),
        ({"status": "running", "current_segment": 2, "running_segment": 3}, "composing"),
        ({"status": "completed", "current_segment": 3}, "completed"),
        ({"status": "failed", "current_segment": 1}, "failed"),
    ],
)  # fmt: skip
def test_every_state_has_its_word(view: dict, word: str) -> None:
    assert status_of(task(**view)) == word


def test_a_session_is_described_with_approvals_in_order() -> None:
    def file(segment: int, item: int, position: int) -> ArtifactView:
        return ArtifactView(
            segment=segment, name=f"{item}", kind="k", item=item, key=f"{segment}/{item}", media_type="image/png",
            size_bytes=1, position=position, created_ms=1_000 * position,
        )  # fmt: skip

    files = [file(3, 0, 9), file(1, 2, 4), file(1, 1, 5), file(2, 1, 7)]
    view = task(
        status="completed", current_segment=3, approvals={1: ("1/2", "1/1"), 2: ("2/1",)}, created_ms=500, updated_ms=99
    )
    told = described(view, files, lambda key: f"url:{key}")
    assert [(one["id"], one["type"], one["order_index"]) for one in told["assets"]] == [
        (5, "image", 1), (4, "image", 0), (7, "video", 0), (9, "final", None),
    ]  # fmt: skip
    assert all(one["approved"] for one in told["assets"])
    assert (told["final_video_url"], told["completed_at"]) == ("url:3/0", "1970-01-01T00:00:09.000Z")
    assert (told["created_at"], told["video_prompt"]) == ("1970-01-01T00:00:00.500Z", None)


_charge = st.builds(
    ChargeView,
    segment=st.just(1),
    kind=st.just("k"),
    item=st.just(1),
    service=st.sampled_from(("replicate_flux", "replicate_luma")),
    model=st.sampled_from(("a", "b")),
    quantity=st.integers(1, 20).map(float),
    unit=st.sampled_from(("image", "images", "second", "token")),
    amount_microusd=st.integers(0, 10**9),
    billed=st.booleans(),
)


@given(st.lists(_charge, max_size=40))
def test_the_total_is_the_sum_of_the_parts_as_printed(charges: list[ChargeView]) -> None:
    told = costs("s", charges)
    assert Decimal(repr(told["total_cost"])) == sum(
        (Decimal(repr(one["cost"])) for one in told["breakdown"]), Decimal()
    )
    assert len(told["breakdown"]) == len({(one.service, one.model) for one in charges})


def test_costs_are_those_of_the_contract() -> None:
    def charge(service: str, model: str, quantity: float, unit: str, amount: int) -> ChargeView:
        return ChargeView(
            segment=1, kind="k", item=1, service=service, model=model, quantity=quantity, unit=unit,
            amount_microusd=amount, billed=False,
        )  # fmt: skip

    told = costs(
        "s",
        [charge("replicate_flux", "flux-schnell", 1, "image", 3_000)] * 4
        + [charge("replicate_luma", "gen-4-turbo", 8, "second", 120_000)] * 2
        + [charge("openai", "gpt", 5, "token", 1), charge("x", "y", 1.5, "second", 0)],
    )
    assert told["total_cost"] == 0.252001
    assert told["breakdown"][:2] == [
        {"service": "replicate_flux", "cost": 0.012, "tokens_used": None,
         "details": {"model": "flux-schnell", "num_images": 4}},
        {"service": "replicate_luma", "cost": 0.24, "tokens_used": None,
         "details": {"model": "gen-4-turbo", "duration_seconds": 16}},
    ]  # fmt: skip
    assert told["breakdown"][2] == {"service": "openai", "cost": 1e-06, "tokens_used": 5, "details": {"model": "gpt"}}
    assert told["breakdown"][3]["details"] == {"model": "y", "duration_seconds": 1.5}


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("users/2/input/a", Forbidden), ("users/11/input/a", Forbidden), ("other/1/input/a", Forbidden),
        ("", Forbidden), ("/users/1/input/a", Forbidden), ("users//1/input/a", Forbidden),
        ("Users/1/input/a", Forbidden), ("users/1/input/../../2/input/a", NotFound),
        ("users/1/../2/input/a", NotFound), ("users/1/input/./a", NotFound),
        ("users/1/input/", NotFound), ("users/1/input", NotFound), ("users/1/private/a", NotFound),
        ("users/1/input//a", NotFound), ("users/1/input/a\\b", NotFound), ("users/1/input/a\0", NotFound),
    ],
)  # fmt: skip
def test_keys_of_others_and_crooked_keys_are_refused(key: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        own_key("1", key)


def test_own_keys_and_their_tasks() -> None:
    for key in ("users/1/input/Žluť a+b.png", "users/1/output/images/s/r1/images-1.png"):
        assert own_key("1", key) == key
    assert task_in("users/1/output/images/abc/r1/p.png") == "abc"
    assert task_in("users/1/output/images/abc") == task_in("users/1/input/a/b/c.png") == ""


def test_a_key_is_found_only_as_a_whole() -> None:
    known = ["users/1/output/images/s/r1/images-1.png"]
    assert chosen([f"https://h/b/{known[0]}?sig=%2F", known[0]], known) == (known[0],)
    for url in (f"https://h/xusers/1/{known[0][8:]}", f"https://h/b/{known[0]}x", f"{known[0]}/", "", "users/"):
        with pytest.raises(Invalid):
            chosen([url], known)


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("filename.jpg", "filename.jpg"), ("../../etc/passwd", "passwd.jpg"), ("C:\\dir\\pic.JPEG", "pic.jpg"),
        ("", "file.jpg"), ("...", "file.jpg"), (".htaccess", "htaccess.jpg"), ("a b\tc.png", "a_b_c.jpg"),
        ("Žluťoučký.png", "Žluťoučký.jpg"), ("x" * 300 + ".png", "x" * 80 + ".jpg"), ("a.tar.gz", "a.tar.jpg"),
        ("v1.2 final draft", "v1.2_final_draft.jpg"), ("<script>.png", "script.jpg"), ("a%2Fb.png", "a_2Fb.jpg"),
    ],
)  # fmt: skip
def test_names_are_never_paths(original: str, name: str) -> None:
    assert file_name(original, "jpg") == name


@given(st.text(max_size=300))
def test_any_name_becomes_a_usable_one(original: str) -> None:
    key = f"users/1/input/{file_name(original, 'png')}"
    assert own_key("1", key) == key
    assert key.count("/") == 3


@pytest.mark.parametrize("extension", FILES)
def test_files_are_known_by_their_bytes(tmp_path: Path, extension: str) -> None:
    data, media_type = FILES[extension]
    file = tmp_path / "x"
    file.write_bytes(data)
    kind = kind_of(file)
    assert kind is not None
    assert (kind.extension, kind.media_type) == (extension, media_type)


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_run_is_no_kind(tmp_path: Path, name: str) -> None:
    file = tmp_path / "x"
    file.write_bytes(REFUSED[name])
    assert kind_of(file) is None


def test_texts_are_read_to_their_end(tmp_path: Path) -> None:
    file = tmp_path / "x"
    for data, ending in (
        (b"a" * 3_000_000 + b"\xff", None),
        (b"a" * 2_000_000 + b"\0", None),
        (b"a" + "é".encode() * 1_500_000, "txt"),
        (b"[" * 100_000, "txt"),
        (b'{"a": 1}x', "txt"),
    ):
        file.write_bytes(data)
        kind = kind_of(file)
        assert (kind.extension if kind else None) == ending


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses() -> None:
    for address in ("93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"):
        assert is_public(address)


@pytest.mark.parametrize("size_bytes", [0, 3, 1_000_000, 3_000_001])
async def test_a_body_is_given_again_whole_and_its_boundary_does_not_count(size_bytes: int) -> None:
    told = []
    for boundary in (b"first", b"a-much-longer-boundary"):
        data = b"--%b\r\n" % boundary + b"x" * size_bytes + b"\r\n--%b--" % boundary
        parts = [data[start : start + 70_001] for start in range(0, len(data), 70_001)]
        waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        waiting += [{"type": "http.request"}, {"type": "http.disconnect"}]
        receive = iter(waiting)

        async def take(receive=receive):
            return next(receive)

        body = Body()
        await body.read(take)
        told.append(await body.digest(b'Multipart/Form-Data; charset=x; boundary="%b"' % boundary))
        told.append(await body.digest(b"application/octet-stream"))
        again, got = body.replay(take), b""
        while (message := await again()).get("more_body"):
            got += message["body"]
        assert got + message["body"] == data
        assert (await again())["type"] == "http.disconnect"
        body.close()
    assert told[0] == told[2] != told[1] != told[3] != told[2]
