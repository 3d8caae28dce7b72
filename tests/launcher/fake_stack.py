"""`up` with small stand-ins for the services. Run as a script: `fake_stack.py DATA PORT SCENARIO`.

The scenario is JSON: stages, each a list of {"name", "code": Python source, "line": regex or null}.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

from shared.errors import Unavailable
from talewright.embedded.console import Console
from talewright.embedded.data_dir import DataDir
from talewright.embedded.spec import Patience, ProcessSpec, Stage
from talewright.embedded.stack import StackOptions
from talewright.embedded.up import up

SERVE = "import time\nprint('ready', flush=True)\ntime.sleep(600)"


class FakeStack:
    def __init__(self, options: StackOptions, folder: DataDir) -> None:
        self._folder = folder

    def stages(self) -> list[Stage]:
        wanted = json.loads(sys.argv[3])
        return [tuple(self._spec(**one) for one in stage) for stage in wanted]

    def release(self) -> None:
        (self._folder.path / "released").touch()

    def _spec(self, name: str, code: str = SERVE, line: str | None = "^ready$", grace_s: float = 5) -> ProcessSpec:
        return ProcessSpec(
            name=name,
            command=lambda: [sys.executable, "-c", code],
            environment=lambda: {"FOLDER": str(self._folder.path)},
            ready_line=re.compile(line) if line else None,
            grace_s=grace_s,
        )


if __name__ == "__main__":
    options = StackOptions(data=Path(sys.argv[1]), port=int(sys.argv[2]), patience=Patience(first_pause_s=0.05))
    try:
        asyncio.run(up(options, Console(), FakeStack))
    except Unavailable as error:
        sys.exit(error.message)
