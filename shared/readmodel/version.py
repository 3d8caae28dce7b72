"""Which shape of the read models' tables this program writes and reads."""

from __future__ import annotations

from collections.abc import Iterable

from shared.errors import Unavailable

SCHEMA_VERSION = 4
"""Goes up with every change of a table: then the read models are built anew from event 1, beside those of the release
before, which serve its programs until the last of them is gone."""


class SchemaDiffers(Unavailable):
    """The read models in the database are not of this program's shape. Waiting helps only while somebody migrates."""


def nothing_served(others: Iterable[int]) -> SchemaDiffers:
    """Says that no generation of our shape is served; `others` are the shapes that are."""
    wanted = f"this program reads schema {SCHEMA_VERSION} of them"
    if found := ", ".join(map(str, sorted(set(others)))):
        return SchemaDiffers(f"The read models are at schema {found}, and {wanted}; run `talewright migrate`.")
    return SchemaDiffers(f"There are no read models yet, and {wanted}; run `talewright migrate`.")
