"""What is wrong with settings, in words. Secrets and URLs, which may hold one, are never repeated. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from shared.config.base import PREFIX, Fault, Faulty, FromEnvironment

_KINDS = {
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a number",
    "bool_parsing": "true or false",
    "path_type": "a path",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_SERVICE_LINK = re.compile(r"^(tcp|udp)://")
_SHOWN_LENGTH = 60


def faults_of(error: ValidationError, kind: type[FromEnvironment]) -> list[Fault]:
    """One fault for each thing that is wrong, in the order of the class's fields."""
    details = (dict(detail) for detail in error.errors(include_url=False))
    return [_fault(detail, kind) for detail in details]


def variable_of(name: str, field: FieldInfo) -> str:
    """The environment variable of a field; the first, where it has several names."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else PREFIX + name.upper()


def variables_of(name: str, field: FieldInfo) -> tuple[str, ...]:
    """All its names."""
    alias = field.validation_alias
    return tuple(map(str, alias.choices)) if isinstance(alias, AliasChoices) else (PREFIX + name.upper(),)


def is_secret(field: FieldInfo) -> bool:
    """Whether nobody may see the value."""
    return field.annotation is SecretStr


def _fault(detail: Mapping[str, Any], kind: type[FromEnvironment]) -> Fault:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Faulty):
        return cause.fault
    place = str(detail["loc"][0]) if detail["loc"] else ""
    fields = {
        variable: (name, field)
        for name, field in kind.model_fields.items()
        for variable in (name, *variables_of(name, field))
    }
    if place not in fields:
        return Fault(place or "TALEWRIGHT_*", "do not fit together", str(cause or detail["msg"]))
    name, field = fields[place]
    hint = _link_hint(detail.get("input"))
    return Fault(variable_of(name, field), _wrong(detail, field), _expected(detail, field) + hint)


def _wrong(detail: Mapping[str, Any], field: FieldInfo) -> str:
    given = detail.get("input")
    if is_secret(field) or not field.repr or not isinstance(given, str):
        return "is missing" if detail["type"] == "missing" else "cannot be used"
    shown = str(given)
    return f"is {shown if len(shown) <= _SHOWN_LENGTH else shown[:_SHOWN_LENGTH] + '…'!r}"


def _expected(detail: Mapping[str, Any], field: FieldInfo) -> str:
    kind, context = str(detail["type"]), detail.get("ctx", {})
    if kind in _KINDS:
        return f"expected {_KINDS[kind]}"
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"expected {words} {context[key]}"
    if kind == "literal_error":
        return f"expected {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"expected something like {field.examples[0]}" if field.examples else f"expected {context['pattern']}"
    if kind == "string_too_short":
        return "expected some text"
    return str(context.get("error") or detail["msg"])


def _link_hint(given: object) -> str:
    """Kubernetes tells every pod of a Service `talewright` its address, in a variable that is a setting here."""
    linked = isinstance(given, str) and _SERVICE_LINK.match(given)
    return " (Kubernetes sets this for a Service of that name: enableServiceLinks must be false)" if linked else ""
