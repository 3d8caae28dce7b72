"""All benchmarks, one after the other: `python -m benchmarks [NAME ...] [OPTION ...]`.

Each runs in a process of its own, so that one that fails does not stop the others; then the exit code is 1. A target
that is missed is no failure: times are for people to judge, on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import sizes
from talewright.embedded.child import find_binary

BENCHMARKS = ("eventstore", "orchestration", "projection", "databases", "gateway", "render", "film")
WITH_PEERS = ("orchestration", "projection")
WITH_POSTGRES = ("databases",)


def machine() -> str:
    """What the numbers were measured on."""
    nats = subprocess.run([find_binary("nats-server"), "--version"], check=True, capture_output=True, text=True).stdout
    nats_version = nats.strip().rpartition(" ")[2].removeprefix("v")
    today = datetime.now(UTC).date().isoformat()
    return (
        f"{os.cpu_count()} cores, {cpu_model()}, {platform.system()}, "
        f"Python {platform.python_version()}, nats-server {nats_version}, {today}, load {os.getloadavg()[0]:.1f}"
    )


def cpu_model() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def arguments_of(name: str, chosen: argparse.Namespace) -> Iterator[str]:
    """What one benchmark is told of the options for all."""
    if chosen.quick or chosen.smoke:
        yield "--quick" if chosen.quick else "--smoke"
    if chosen.no_peers and name in WITH_PEERS:
        yield "--no-peers"
    if chosen.postgres and name in WITH_POSTGRES:
        yield f"--postgres={chosen.postgres}"


def run(name: str, arguments: Sequence[str]) -> bool:
    """Runs one benchmark; says whether it came to its end."""
    print(f"\n== {name}", flush=True)
    begun = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False).returncode
    told = "done" if code == 0 else f"FAILED with code {code}"
    print(f"   {told} after {time.perf_counter() - begun:.0f} s", flush=True)
    return code == 0


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    options.add_argument("names", nargs="*", metavar="NAME", help=f"which ones (all): {', '.join(BENCHMARKS)}")
    sizes.add_options(options)
    options.add_argument("--no-peers", action="store_true", help="without Celery, DBOS and others")
    options.add_argument("--postgres", metavar="URL", help="a running server for `databases`, as its superuser")
    chosen = options.parse_args()
    if unknown := [name for name in chosen.names if name not in BENCHMARKS]:
        options.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    print(machine(), flush=True)
    failed = []
    for name in chosen.names or BENCHMARKS:
        if not run(name, list(arguments_of(name, chosen))):
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
