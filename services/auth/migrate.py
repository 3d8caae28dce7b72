"""`python -m services.auth.migrate` brings the accounts database to the schema of this release, whatever
`TALEWRIGHT_AUTO_MIGRATE` says. It may run twice at once."""

from __future__ import annotations

import sys

from services.auth.adapters.sql.engine import MIGRATIONS, adopt, open_database
from services.auth.settings import AuthSettings
from shared.sql.command import migrate_command
from shared.sql.migrations import be_ready


def migrate(settings: AuthSettings) -> list[str]:
    """Applies what is missing, once the database answers (within `startup_wait_s`); the revisions, oldest first.
    Raises `Unavailable`."""
    engine = open_database(settings.accounts_url, settings.accounts_password.get_secret_value(), settings)
    try:
        return be_ready(engine, MIGRATIONS, "always", settings.startup_wait_s, adopt)
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(migrate_command(MIGRATIONS.title, AuthSettings, migrate))
