"""Who does what by the settings, and that a worker that cannot pay does not start."""

from __future__ import annotations

import pytest

from services.media.settings import BOUGHT_DELAYS_S, LOCAL_DELAYS_S, MediaSettings, ReplicateSettings
from shared.errors import Invalid


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TALEWRIGHT_REPLICATE_API_TOKEN", "REPLICATE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_bought_by_default() -> None:
    settings = MediaSettings()  # type: ignore[call-arg]
    settings.check()
    assert settings.bought == ()
    assert settings.retry_delays_s == LOCAL_DELAYS_S


def test_each_kind_of_work_has_its_own_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALEWRIGHT_PROVIDER", "replicate")
    monkeypatch.setenv("TALEWRIGHT_PROVIDER_SPEECH", "local")
    settings = MediaSettings()  # type: ignore[call-arg]
    assert settings.bought == ("text", "images", "clips")
    assert settings.retry_delays_s == BOUGHT_DELAYS_S
    prices = settings.prices
    assert (prices.text_billed, prices.images_billed, prices.speech_billed, prices.clips_billed) == (
        True, True, False, True,
    )  # fmt: skip


def test_one_kind_of_work_may_be_bought() -> None:
    assert ReplicateSettings(provider_images="replicate").bought == ("images",)


@pytest.mark.parametrize("token", ["", "  "])
def test_without_a_token_there_is_no_start(token: str) -> None:
    with pytest.raises(Invalid, match=r"TALEWRIGHT_REPLICATE_API_TOKEN is missing .* text, images, speech, clips"):
        ReplicateSettings(provider="replicate", replicate_api_token=token).check()


@pytest.mark.parametrize("name", ["TALEWRIGHT_REPLICATE_API_TOKEN", "REPLICATE_API_TOKEN"])
def test_the_token_comes_from_the_environment_and_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "r8_secret")
    settings = ReplicateSettings(provider="replicate")
    settings.check()
    assert settings.replicate_api_token.get_secret_value() == "r8_secret"
    assert "r8_secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
