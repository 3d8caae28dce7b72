"""A stand-in for Replicate's API that the real client talks to."""

from tests.replicate_double.double import TOKEN, Double
from tests.replicate_double.faults import ALL_NSFW, HICCUP, NSFW, Fate, Fault
from tests.replicate_double.models import KOKORO

__all__ = ["ALL_NSFW", "HICCUP", "KOKORO", "NSFW", "TOKEN", "Double", "Fate", "Fault"]
