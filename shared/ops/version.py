"""Which version of Talewright this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("talewright")
except PackageNotFoundError:  # run from a source tree that is not installed
    VERSION = "0.1.0"
