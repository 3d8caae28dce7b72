from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from talewright.cli import app
from talewright.embedded.console import Console, LineSplitter, LogFile, worth_showing
from talewright.embedded.data_dir import DataDir
from talewright.embedded.ports import free_port_pairs, port_is_free
from talewright.embedded.spec import Patience, ProcessSpec
from talewright.embedded.stack import Stack, StackOptions


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_names_are_aligned_and_plain_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    console = Console(out)
    console.expect(["nats", "media-1-of-many"])
    console.line("nats", "up")
    console.say("hello")
    assert out.getvalue() == "nats            | up\ntalewright      | hello\n"


def test_each_name_has_its_colour_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    console = Console(out)
    console.expect(["nats", "s3"])
    console.line("nats", "up")
    console.line("s3", "up")
    colours = re.findall(r"\x1b\[(\d+)m", out.getvalue())
    assert len(set(colours)) == 3  # two and the reset
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    Console(plain).line("nats", "up")
    assert "\x1b" not in plain.getvalue()


def test_bytes_become_lines() -> None:
    splitter = LineSplitter(limit_bytes=10)
    assert list(splitter.feed(b"one\r\ntw")) == [b"one"]
    assert list(splitter.feed(b"o\n\nthree")) == [b"two", b""]
    assert list(splitter.feed(b"x" * 17)) == [b"threexxxxx", b"xxxxxxxxxx"]
    assert list(splitter.end()) == [b"xx"]
    assert list(splitter.end()) == []


def test_a_log_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", limit_bytes=100)
    for number in range(100):
        log.write(b"line %d" % number)
    log.close()
    sizes = {one.name: one.stat().st_size for one in tmp_path.iterdir()}
    assert set(sizes) == {"a.log", "a.log.1"}
    assert max(sizes.values()) <= 110
    assert (tmp_path / "a.log").read_bytes().endswith(b"line 99\n")


def test_the_terminal_is_spared_what_only_a_log_needs(tmp_path: Path) -> None:
    (nats, s3), services = Stack(StackOptions(data=tmp_path), DataDir(tmp_path)).stages()
    gateway = services[-1]
    assert not worth_showing(nats, "[12] 2026/01/01 10:00:00.000000 [INF] Server is ready")
    assert worth_showing(nats, "[12] 2026/01/01 10:00:00.000000 [ERR] Disk is full")
    assert not worth_showing(s3, "I1121 11:11:44.552390 master.go:400 current")
    assert worth_showing(s3, "E1121 11:11:44.552390 volume.go:9 no space left")
    assert not worth_showing(gateway, "INFO talewright.gateway GET /health 200 1 ms")
    assert worth_showing(gateway, "INFO talewright.gateway GET /api/task/1/progress 200 1 ms")
    assert worth_showing(ProcessSpec(name="any", command=list), "anything")


def test_pauses_between_restarts_double_up_to_a_limit() -> None:
    patience = Patience()
    assert [patience.pause_s(n) for n in range(1, 7)] == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0]


def test_free_ports_are_free_with_their_partners() -> None:
    ports = free_port_pairs(5)
    assert len(set(ports)) == 5
    assert all(port_is_free("127.0.0.1", port) and port_is_free("127.0.0.1", port + 10_000) for port in ports)
    assert max(ports) + 10_000 < 32_768


def test_the_command_line_explains_itself() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    for command in ("up", "demo", "users"):
        assert command in shown.output
