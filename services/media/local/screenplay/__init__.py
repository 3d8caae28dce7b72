"""The offline screenwriter: pure functions from a prompt to a screenplay, and from a screenplay to a story's script."""

from services.media.local.screenplay.adapt import adapt
from services.media.local.screenplay.model import LANGUAGES
from services.media.local.screenplay.write import write

__all__ = ["LANGUAGES", "adapt", "write"]
