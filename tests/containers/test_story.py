"""A whole story with the services of this machine on NATS, PostgreSQL and MinIO in containers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from shared.settings import S3Settings
from tests.containers.servers import NatsBox, PostgresBox
from tests.e2e.film import Film
from tests.e2e.stack import ROOT, Api, free_port
from tests.fixtures.postgres import new_database

pytestmark = pytest.mark.timeout(300)

SERVICES = ("auth", "tasks", "media", "media", "gateway")


@pytest.fixture(scope="module")
def environment(
    nats_box: NatsBox,
    postgres_server: PostgresBox,
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    return os.environ | {
        "TALEWRIGHT_NATS_URL": nats_box.fresh().url,
        "TALEWRIGHT_ACCOUNTS_URL": new_database(postgres_server),
        "TALEWRIGHT_READMODEL_URL": new_database(postgres_server),
        "TALEWRIGHT_S3_ENDPOINT": s3_settings.s3_endpoint,
        "TALEWRIGHT_S3_ACCESS_KEY": s3_settings.s3_access_key,
        "TALEWRIGHT_S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(),
        "TALEWRIGHT_AUTH_KEYS_DIR": str(tmp_path_factory.mktemp("keys") / "keys"),
        "TALEWRIGHT_PORT": str(free_port()),
        "TALEWRIGHT_DATA": str(tmp_path_factory.mktemp("nothing")),
    }


@pytest.fixture(scope="module")
def api(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The services come before the migration, as they may in a cluster: they wait for it."""
    logs = tmp_path_factory.mktemp("logs")
    with ExitStack() as stack:
        for number, service in enumerate(SERVICES):
            log = stack.enter_context((logs / f"{number}-{service}.log").open("wb"))
            command = [sys.executable, "-m", f"services.{service}.main"]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
        migrate = [sys.executable, "-m", "talewright.cli", "migrate"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True, timeout=60)
        url = f"http://127.0.0.1:{environment['TALEWRIGHT_PORT']}"
        _wait(url, logs)
        yield Api(url)


def _connected(server: PostgresBox, url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(**server.conninfo(url.rpartition("/")[2]))  # type: ignore[arg-type]


def _wait(url: str, logs: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError("\n".join(f"--- {log.name}\n{log.read_text()[-2000:]}" for log in sorted(logs.glob("*.log"))))


def test_a_story_from_registering_to_the_film(
    api: Api, environment: dict[str, str], postgres_server: PostgresBox, tmp_path: Path
) -> None:
    api.register("anna")
    task = api.new()
    api.run(task)
    answer = api.download(f"generated_stories/{task}/output.mp4")
    assert answer.status_code == 200
    (tmp_path / "output.mp4").write_bytes(answer.content)
    film = Film(tmp_path / "output.mp4")
    assert film.decodes()
    assert 30 <= film.seconds <= 52

    with _connected(postgres_server, environment["TALEWRIGHT_ACCOUNTS_URL"]) as accounts:
        assert accounts.execute("SELECT username FROM accounts").fetchall() == [("anna",)]
    with _connected(postgres_server, environment["TALEWRIGHT_READMODEL_URL"]) as views:
        (generation,) = views.execute("SELECT generation FROM projections WHERE state = 'live'").fetchone() or (0,)
        rows = views.execute(f"SELECT status, progress FROM tasks_g{generation}").fetchall()
    assert rows == [("completed", 1.0)]


def test_the_views_are_what_the_events_say(api: Api, environment: dict[str, str]) -> None:
    verify = [sys.executable, "-m", "talewright.cli", "views", "verify"]
    done = subprocess.run(verify, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_doctor_finds_nothing(api: Api, environment: dict[str, str]) -> None:
    doctor = [sys.executable, "-m", "talewright.cli", "doctor"]
    done = subprocess.run(doctor, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
