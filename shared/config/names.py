"""All variables that Talewright knows, whoever reads them: a service alone cannot tell another's from a typo. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from shared.config.base import PREFIX, Fault

_OF_KUBERNETES = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_(TCP|UDP)(_\w+)?)$")


@cache
def known_names() -> frozenset[str]:
    """Written by `python -m talewright.configuration --names`."""
    return frozenset(files(__package__).joinpath("names.txt").read_text(encoding="utf-8").split())


def strangers(environment: Mapping[str, str], known: Iterable[str]) -> Iterator[Fault]:
    """A mild fault for each variable with our prefix that nobody reads, with the nearest name that somebody does."""
    names = set(known)
    for variable in sorted(environment):
        if variable.upper().startswith(PREFIX) and variable.upper() not in names and not _linked(variable, environment):
            yield Fault(variable, "is read by nobody", _advice(variable, names), grave=False)


def _linked(variable: str, environment: Mapping[str, str]) -> bool:
    """Kubernetes and old Docker describe services in variables of their own."""
    return bool(_OF_KUBERNETES.search(variable)) and (
        "_SERVICE_" in variable or "_TCP" in variable or "_UDP" in variable or "://" in environment[variable]
    )


def _advice(variable: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(variable.upper(), names, n=1, cutoff=0.8)
    return f"did you mean {near[0]}?" if near else "docs/configuration.md lists what is read"
