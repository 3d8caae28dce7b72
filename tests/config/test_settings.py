"""Settings from variables and files; what is wrong with them is told at once, in words, without secrets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.auth.settings import AuthSettings
from services.gateway.settings import GatewayEnvironment, GatewaySettings
from services.media.settings import MediaSettings
from services.tasks.settings import TasksSettings
from shared.config.forms import without_password
from shared.config.load import BadSettings, examine, load
from shared.config.names import known_names, strangers
from shared.settings import S3Settings, Settings
from talewright.configuration import SERVICES, document, names, own_fields

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("TALEWRIGHT_", "REPLICATE_"))]:
        monkeypatch.delenv(name)


def told(kind: type, monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    for name, value in variables.items():
        monkeypatch.setenv(f"TALEWRIGHT_{name}", value)
    return [str(fault) for fault in examine(kind)[1]]


@pytest.mark.parametrize("kind", SERVICES.values(), ids=SERVICES)
def test_the_defaults_are_good(kind: type) -> None:
    assert examine(kind)[1] == []


def test_every_problem_is_one_line_with_variable_and_what_is_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(
        GatewayEnvironment, monkeypatch, PORT="eighty", STREAM_REPLICAS="9", LOG_LEVEL="LOUD", S3_BUCKET="A_b",
        CORS_ORIGINS='["half', NATS_URL="http://here", S3_ENDPOINT="https://s3.example.com", HEARTBEAT_S="0",
        READMODEL_URL="mysql://user@host/x", METRICS_PUBLIC="perhaps",
    )  # fmt: skip
    assert sorted(lines) == [
        "TALEWRIGHT_CORS_ORIGINS is '[\"half'; expected a JSON list, or items with commas between",
        "TALEWRIGHT_HEARTBEAT_S is '0'; expected more than 0.0",
        "TALEWRIGHT_LOG_LEVEL is 'LOUD'; expected 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
        "TALEWRIGHT_METRICS_PUBLIC is 'perhaps'; expected true or false",
        "TALEWRIGHT_NATS_URL cannot be used; "
        "expected nats://host:4222 or tls://host:4222, or several, separated by commas",
        "TALEWRIGHT_PORT is 'eighty'; expected a whole number",
        "TALEWRIGHT_READMODEL_URL cannot be used; "
        "expected sqlite:///path/to/file.db or postgresql+psycopg://user@host:5432/name",
        "TALEWRIGHT_S3_BUCKET is 'A_b'; expected something like my-bucket",
        "TALEWRIGHT_S3_ENDPOINT is 'https://s3.example.com'; expected host:port, without a scheme and without a path",
        "TALEWRIGHT_STREAM_REPLICAS is '9'; expected at most 5",
    ]


@pytest.mark.parametrize(
    ("kind", "variables", "line"),
    [
        (Settings, {"NATS_USER": "u"}, "TALEWRIGHT_NATS_PASSWORD is missing while TALEWRIGHT_NATS_USER is set"),
        (Settings, {"NATS_PASSWORD": "p"}, "TALEWRIGHT_NATS_USER is missing"),
        (
            Settings,
            {"NATS_USER": "u", "NATS_PASSWORD": "p", "NATS_TOKEN": "t"},
            "TALEWRIGHT_NATS_USER is set beside TALEWRIGHT_NATS_TOKEN",
        ),
        (Settings, {"NATS_CA_FILE": "/no/such.pem"}, "TALEWRIGHT_NATS_CA_FILE names no file: /no/such.pem"),
        (S3Settings, {"S3_ACCESS_KEY": "a"}, "TALEWRIGHT_S3_SECRET_KEY is missing"),
        (TasksSettings, {"STREAM_REPLICAS": "3"}, "TALEWRIGHT_READMODEL_URL is SQLite"),
        (AuthSettings, {"STREAM_REPLICAS": "3"}, "TALEWRIGHT_ACCOUNTS_URL is SQLite"),
        (MediaSettings, {"PROVIDER": "replicate"}, "TALEWRIGHT_REPLICATE_API_TOKEN is missing while Replicate"),
        (MediaSettings, {"REPLICATE_UNSENT_AFTER_S": "5"}, "TALEWRIGHT_REPLICATE_UNSENT_AFTER_S is 5, so that"),
        (
            MediaSettings,
            {"WEBHOOK_BASE_URL": "ftp://x"},
            "TALEWRIGHT_WEBHOOK_BASE_URL is 'ftp://x'; expected",
        ),
        (
            GatewaySettings,
            {"EXCHANGE_MODE": "open", "HOST": "0.0.0.0"},
            "TALEWRIGHT_EXCHANGE_MODE lets anyone take any account",
        ),
        (GatewaySettings, {"REPLICATE_WEBHOOK_SECRET": "x"}, "TALEWRIGHT_REPLICATE_WEBHOOK_SECRET cannot be used"),
        (GatewaySettings, {"PORT": "tcp://10.0.0.7:8000"}, "enableServiceLinks must be false"),
        (Settings, {"NATS_ULR": "x"}, "TALEWRIGHT_NATS_ULR is read by nobody; did you mean TALEWRIGHT_NATS_URL?"),
        (Settings, {"BEHAVIOUR": "x"}, "TALEWRIGHT_BEHAVIOUR is read by nobody; docs/configuration.md lists"),
    ],
)
def test_what_does_not_fit_together(kind: type, variables: dict, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(kind, monkeypatch, **variables)
    assert len(lines) == 1
    assert line in lines[0]


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("sqlite:////var/lib/x.db", True),
        ("postgresql://u@one:5432,two:5432/x?sslmode=require", True),
        ("postgres://u:p@host/x", True),
        ("sqlite://", False),
        ("sqlite:///:memory:", False),
        ("postgresql://u@host:port/x", False),
        ("host:5432/x", False),
    ],
)
def test_urls_of_databases(url: str, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (told(TasksSettings, monkeypatch, READMODEL_URL=url) == []) == good


def test_a_file_is_as_good_as_a_variable_which_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "talewright_s3_access_key").write_text("from a file\n")
    (tmp_path / "talewright_s3_secret_key").write_text("hunter2\n")
    (tmp_path / "talewright_media_jobs_at_once").write_text("7")
    (tmp_path / "talewright_replicate_api_token").write_text("r8_file")
    (tmp_path / "talewright_s3_sceret_key").write_text("typo")
    (tmp_path / "..data").mkdir()
    monkeypatch.setenv("TALEWRIGHT_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("TALEWRIGHT_S3_ACCESS_KEY", "from a variable")
    settings, faults = examine(MediaSettings)
    assert settings is not None
    assert settings.s3_secret_key.get_secret_value() == "hunter2"
    assert settings.s3_access_key == "from a variable"
    assert settings.media_jobs_at_once == 7
    assert settings.replicate_api_token.get_secret_value() == "r8_file"
    assert [str(fault) for fault in faults] == [
        "talewright_s3_sceret_key is read by nobody; did you mean TALEWRIGHT_S3_SECRET_KEY?"
    ]


def test_a_folder_of_secrets_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TALEWRIGHT_SECRETS_DIR", str(tmp_path / "none"))
    assert load(AuthSettings).nats_token.get_secret_value() == ""


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(GatewayEnvironment, monkeypatch, PORT="", NATS_URL="", CORS_ORIGINS="") == []
    assert load(GatewayEnvironment).port == 8000


@pytest.mark.parametrize(
    "text", ["https://one.example, https://two.example", '["https://one.example","https://two.example"]']
)
def test_lists(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALEWRIGHT_CORS_ORIGINS", text)
    assert load(GatewayEnvironment).cors_origins == ("https://one.example", "https://two.example")
    monkeypatch.setenv("TALEWRIGHT_EXECUTE_STATUS", "202")
    assert load(GatewayEnvironment).execute_status == 202
    monkeypatch.setenv("TALEWRIGHT_MEDIA_RETRY_DELAYS_S", "0.5,2")
    assert load(MediaSettings).retry_delays_s == (0.5, 2.0)


def test_no_secret_is_ever_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hunter2"
    values = {
        "NATS_TOKEN": secret, "NATS_PASSWORD": secret, "NATS_URL": f"nats://u:{secret}@h:1,nats://{secret}@h:2",
        "S3_SECRET_KEY": secret, "ACCOUNTS_PASSWORD": secret, "READMODEL_PASSWORD": secret,
        "ACCOUNTS_URL": f"postgresql://u:{secret}@h/x", "READMODEL_URL": f"postgresql://u:{secret}@h/x",
        "REPLICATE_API_TOKEN": secret, "EXCHANGE_SECRET": secret,
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"TALEWRIGHT_{name}", value)
    for kind in SERVICES.values():
        settings, faults = examine(kind)
        assert secret not in f"{settings!r} {settings} {faults}"
    assert secret not in without_password(values["NATS_URL"])
    assert without_password("nats://one:4222,nats://two:4222") == "nats://one:4222,nats://two:4222"
    assert without_password("postgresql://u:pw@h:1/x") == "postgresql://u:***@h:1/x"


def test_wrong_secrets_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hunter2"
    monkeypatch.setenv("TALEWRIGHT_REPLICATE_WEBHOOK_SECRET", f"whsec_{secret}")
    monkeypatch.setenv("TALEWRIGHT_READMODEL_URL", f"mysql://u:{secret}@h/x")
    monkeypatch.setenv("TALEWRIGHT_NATS_URL", f"nats://u:{secret}@h:port")
    with pytest.raises(BadSettings) as caught:
        load(GatewayEnvironment)
    assert len(caught.value.faults) == 3
    assert secret not in str(caught.value)


def test_variables_of_kubernetes_are_no_typos() -> None:
    environment = {
        "TALEWRIGHT_GATEWAY_SERVICE_HOST": "10.0.0.1",
        "TALEWRIGHT_GATEWAY_SERVICE_PORT_HTTP": "8000",
        "TALEWRIGHT_GATEWAY_PORT": "tcp://10.0.0.1:8000",
        "TALEWRIGHT_GATEWAY_PORT_8000_TCP_ADDR": "10.0.0.1",
        "TALEWRIGHT_PROT": "1",
    }
    assert [fault.variable for fault in strangers(environment, {"TALEWRIGHT_PORT"})] == ["TALEWRIGHT_PROT"]


def test_the_embedded_stack_sets_nothing_that_nobody_knows() -> None:
    source = (ROOT / "talewright" / "embedded" / "stack.py").read_text()
    set_there = {word for word in source.replace('"', " ").split() if word.startswith("TALEWRIGHT_")}
    assert len(set_there) > 10
    assert set_there <= known_names()


# ---- the page


def test_every_setting_is_described() -> None:
    for kind in SERVICES.values():
        for name, field in kind.model_fields.items():
            description = field.description or ""
            assert description.endswith(".") or ": `" in description or len(description) > 12, name
            assert len(description) > 5, name


def test_the_page_and_the_list_of_names_are_current() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text() == document(), (
        "run: python -m talewright.configuration > docs/configuration.md"
    )
    assert (ROOT / "shared" / "config" / "names.txt").read_text() == names(), (
        "run: python -m talewright.configuration --names > shared/config/names.txt"
    )


def test_every_setting_stands_in_the_page_once() -> None:
    page = document()
    for kind in SERVICES.values():
        for name in kind.model_fields:
            rows = [line for line in page.splitlines() if line.startswith(f"| `TALEWRIGHT_{name.upper()}`")]
            assert len(rows) == (2 if name == "preview_ttl_s" else 1), name


def test_what_two_services_read_has_one_default() -> None:
    defaults: dict[str, set[str]] = {}
    for kind in SERVICES.values():
        for name, field in kind.model_fields.items():
            defaults.setdefault(name, set()).add(repr(field.default))
    assert {name for name, found in defaults.items() if len(found) > 1} == set()
    assert dict(own_fields(Settings)).keys() == Settings.model_fields.keys()
