"""Each service of an embedded stack has an ops server of its own, and a file says where."""

from __future__ import annotations

import json
from pathlib import Path

from talewright.embedded.data_dir import DataDir
from talewright.embedded.stack import Stack, StackOptions


def test_every_service_has_a_port_of_its_own_and_the_file_tells_it(tmp_path: Path, monkeypatch) -> None:
    folder = DataDir(tmp_path)
    folder.acquire("http://127.0.0.1:8000")
    try:
        stack = Stack(StackOptions(data=tmp_path, media_workers=2), folder)
        monkeypatch.setattr(stack, "service_environment", lambda: {"TALEWRIGHT_PORT": "8000"})
        services = stack.stages()[-1]
        told = json.loads((tmp_path / "ops.json").read_text())
        assert set(told) == {"auth", "tasks", "media-1", "media-2", "gateway"} == {spec.name for spec in services}
        assert len(set(told.values())) == 5
        for spec in services:
            environment = spec.environment()
            where = f"http://{environment['TALEWRIGHT_OPS_HOST']}:{environment['TALEWRIGHT_OPS_PORT']}"
            assert where == told[spec.name]
            assert spec.environment() == environment, "a restart keeps its port"
    finally:
        folder.release()
