"""Settings of the tasks service."""

from __future__ import annotations

from pydantic import Field

from shared.pricing.settings import BudgetSettings, PriceSettings
from shared.settings import ReadModelSettings, S3Settings, Settings


class TasksSettings(Settings, ReadModelSettings, S3Settings, PriceSettings, BudgetSettings):
    """Environment of the tasks service."""

    tasks_workers: int = Field(16, ge=1, le=256, description="Commands in hand at once.")
    tasks_drain_s: float = Field(10.0, gt=0, description="How long a command in hand may take after SIGTERM.")
    preview_ttl_s: int = Field(86_400, ge=1, description="How long a project's preview is kept.")
    preview_sweep_s: float = Field(300.0, gt=0, description="How often old previews are looked for.")
    sweep_every_s: float = Field(20.0, gt=0, description="How often owed commands are looked for.")
