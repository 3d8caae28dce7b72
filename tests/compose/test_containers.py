"""What runs, and as what: no root, no writing, no secrets where they can be seen, nothing open that need not be."""

from __future__ import annotations

import pytest

from tests.compose.project import ONCE, OURS, SERVERS, Project, docker

PLACES = ("/", "/app", "/opt/venv", "/var/lib", "/run", "/usr/local/bin", "/home", "/var/tmp", "/etc")
WRITE = """
import json, os, sys
done = []
for place in sys.argv[1:]:
    try:
        open(os.path.join(place, "probe"), "w").close()
        done.append(place)
    except OSError:
        pass
print(json.dumps(done))
"""
REACH = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()
    print("reached")
except OSError:
    print("no")
"""


def test_all_are_healthy_and_media_runs_twice(project: Project) -> None:
    for service in SERVERS:
        states = [one["State"] for one in project.inspect(service)]
        assert [state["Health"]["Status"] for state in states] == ["healthy"] * (2 if service == "media" else 1)
    for service in ONCE:
        (one,) = project.inspect(service)
        assert (one["State"]["Status"], one["State"]["ExitCode"]) == ("exited", 0)


@pytest.mark.parametrize("service", SERVERS)
def test_no_root_no_capabilities_and_limits(project: Project, service: str) -> None:
    for one in project.inspect(service):
        host = one["HostConfig"]
        assert one["Config"]["User"].split(":")[0] not in ("", "0", "root")
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert not host["Privileged"]
        assert host["Memory"]
        assert host["NanoCpus"]
        assert host["PidsLimit"]
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert host["LogConfig"]["Config"]["max-size"]


@pytest.mark.parametrize("service", OURS)
def test_nothing_is_written_but_below_tmp(project: Project, service: str) -> None:
    assert project.execute(service, "python", "-c", WRITE, *PLACES).stdout.strip() == "[]"
    assert project.execute(service, "python", "-c", WRITE, "/tmp").stdout.strip() == '["/tmp"]'
    assert project.execute(service, "id", "-u").stdout.strip() == "10001"


@pytest.mark.parametrize("service", OURS)
def test_an_image_holds_its_own_service_only(project: Project, service: str) -> None:
    listing = project.execute(service, "ls", "/app", "/app/services").stdout.split()
    assert set(listing) - {"__pycache__", "__init__.py", "py.typed"} == {
        "/app:", "services", "shared", "/app/services:", service,
    }  # fmt: skip
    assert project.execute(service, "python", "-m", "pip", "--version").returncode != 0
    labels = docker("image", "inspect", "-f", "{{json .Config.Labels}}", f"talewright-test-{service}:latest")
    assert f'"org.opencontainers.image.title":"talewright-{service}"' in labels
    assert '"org.opencontainers.image.version":"0.1.0"' in labels


def test_secrets_show_nowhere(project: Project) -> None:
    secrets = project.vault()
    assert len(set(secrets.values())) == len(secrets) >= 12
    assert all(len(value) >= 16 for value in secrets.values())
    seen = project.compose("logs", "--no-color") + project.compose("config")
    for service in (*SERVERS, *ONCE):
        seen += docker("inspect", *project.ids(service, gone_too=True))
    assert not [name for name, value in secrets.items() if value in seen]


@pytest.mark.parametrize("service", OURS)
def test_a_service_has_its_own_secrets_only(project: Project, service: str) -> None:
    expected = {
        "auth": {"nats_password", "accounts_password"},
        "tasks": {"nats_password", "readmodel_password", "s3_access_key", "s3_secret_key"},
        "media": {"nats_password", "s3_access_key", "s3_secret_key"},
        "gateway": {"nats_password", "readmodel_password", "s3_access_key", "s3_secret_key", "exchange_secret"},
    }[service]
    listing = project.execute(service, "stat", "-c", "%n %a %u", "-L", "/run/secrets").stdout.split()
    assert listing[1:] == ["500", "10001"]
    modes = project.execute(service, "sh", "-c", "stat -c '%n %a %u' /run/secrets/*").stdout.split("\n")
    assert {line for line in modes if line} == {f"/run/secrets/talewright_{name} 400 10001" for name in expected}


def test_a_secret_given_as_a_file_wins(project: Project) -> None:
    assert project.vault()["exchange_secret"] == "given-by-hand-7d1"


@pytest.mark.parametrize(
    ("service", "host", "port", "answer"),
    [
        ("gateway", "postgres", "5432", "reached"),
        ("media", "postgres", "5432", "no"),
        ("auth", "minio", "9000", "no"),
        ("media", "nats", "8222", "no"),  # the monitor tells without a password, so only to its own container
        ("media", "203.0.113.1", "80", "no"),
    ],
)
def test_a_service_reaches_what_it_needs_and_no_more(
    project: Project, service: str, host: str, port: str, answer: str
) -> None:
    (target,) = project.inspect(host) if host in SERVERS else ({},)
    networks = target["NetworkSettings"]["Networks"].values() if target else ()
    for address in [network["IPAddress"] for network in networks] or [host]:
        assert project.execute(service, "python", "-c", REACH, address, port).stdout.strip() == answer


def test_only_the_gateway_and_the_files_are_published_and_only_here(project: Project) -> None:
    published = {
        (service, binding["HostIp"])
        for service in SERVERS
        for one in project.inspect(service)
        for bindings in one["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    }
    assert published == {("gateway", "127.0.0.1"), ("minio", "127.0.0.1")}


def test_the_gateway_may_only_read_the_views(project: Project) -> None:
    program = """
import psycopg
password = open("/run/secrets/talewright_readmodel_password").read()
me = {"host": "postgres", "user": "views", "password": password}
for mode in ("on", "off"):
    connection = psycopg.connect(dbname="readmodel", options=f"-c default_transaction_read_only={mode}", **me)
    for statement in ("DELETE FROM readmodel_version", "CREATE TABLE stolen (x int)"):
        try:
            connection.execute(statement)
            print("done", statement)
        except psycopg.Error as error:
            print(type(error).__name__)
        connection.rollback()
try:
    psycopg.connect(dbname="accounts", **me)
    print("in accounts")
except psycopg.OperationalError as error:
    print("permission denied" in str(error))
"""
    name = project.name
    command = ["run", "--rm", "--network", f"{name}_sql", "-v", f"{name}_secrets-gateway:/run/secrets:ro"]
    said = docker(*command, "--entrypoint", "python", "talewright-test-tools:latest", "-c", program).split("\n")
    assert said[:5] == ["ReadOnlySqlTransaction"] * 2 + ["InsufficientPrivilege"] * 2 + ["True"]
