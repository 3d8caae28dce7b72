"""Given events, when a command, then events (or a refusal): how deciders are specified."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from shared.contracts.events import Event
from shared.errors import TalewrightError
from shared.eventstore.handle import Decider


class Spec:
    def __init__(self, decider: Decider[Any, Any], *past: Event) -> None:
        self.decider = decider
        self.state = decider.initial
        for event in past:
            self.state = decider.evolve(self.state, event)

    def when(self, command: Any) -> When:
        return When(self, command)


class When:
    def __init__(self, spec: Spec, command: Any) -> None:
        self.spec, self.command = spec, command

    def then(self, *expected: Event) -> None:
        decided = tuple(self.spec.decider.decide(self.command, self.spec.state))
        assert decided == expected
        state = self.spec.state
        for event in decided:
            state = self.spec.decider.evolve(state, event)
        with contextlib.suppress(TalewrightError):  # asked again: no second effect, or a refusal
            assert not self.spec.decider.decide(self.command, state)

    def nothing(self) -> None:
        assert tuple(self.spec.decider.decide(self.command, self.spec.state)) == ()

    def refused(self, kind: type[TalewrightError], message: str | None = None) -> None:
        with pytest.raises(kind, match=message):
            self.spec.decider.decide(self.command, self.spec.state)
