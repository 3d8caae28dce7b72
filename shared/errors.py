"""Every error that crosses a boundary between parts.

TalewrightError
+- Rejected              the rules say no: never retried; the message is for the user
|  +- Invalid            the input is malformed or out of range
|  +- NotFound           there is no such thing, or it is another user's
|  +- OutOfOrder         right request, wrong moment
|  +- Busy               it is being done right now
|  +- Forbidden          known user, not allowed
|  +- Unauthenticated    nobody knows who asks
|  +- QuotaExceeded      a limit of the account is reached
|  +- OverBudget         it would cost more than may be spent; carries what it would cost
+- ConcurrencyConflict   somebody else appended first: load again and decide again
+- Unavailable           a part is down or slow: try again later
+- UnfitServer           a NATS server that cannot keep the promises (shared.eventstore.server): no start
+- Undecodable           bytes that no contract explains: dead letter
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.contracts.budgets import Quote


class TalewrightError(Exception):
    """The root of all errors raised on purpose."""

    code = "error"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        return str(self.args[0])


class Rejected(TalewrightError):
    """The request breaks a rule."""

    code = "rejected"


class Invalid(Rejected):
    """The input is malformed or out of range."""

    code = "invalid"


class NotFound(Rejected):
    """There is no such thing."""

    code = "not-found"


class OutOfOrder(Rejected):
    """This cannot be done at this point."""

    code = "out-of-order"


class Busy(Rejected):
    """This is being done right now."""

    code = "busy"


class Forbidden(Rejected):
    """You may not do this."""

    code = "forbidden"


class Unauthenticated(Rejected):
    """Could not validate credentials"""

    code = "unauthenticated"


class QuotaExceeded(Rejected):
    """A limit of the account is reached."""

    code = "quota-exceeded"


class OverBudget(Rejected):
    """This would cost more than may be spent."""

    code = "over-budget"

    def __init__(self, message: str = "", quote: Quote | None = None) -> None:
        super().__init__(message)
        self.quote = quote


class ConcurrencyConflict(TalewrightError):
    """Another writer appended to the stream first."""

    code = "conflict"


class Unavailable(TalewrightError):
    """A part of the system does not answer; try again later."""

    code = "unavailable"
    delay_s = 0.0
    """For how long it asks to be left alone; 0 if it does not say."""


class Undecodable(TalewrightError):
    """The bytes do not match any contract."""

    code = "undecodable"


REJECTIONS: dict[str, type[Rejected]] = {
    kind.code: kind
    for kind in (Rejected, Invalid, NotFound, OutOfOrder, Busy, Forbidden, Unauthenticated, QuotaExceeded, OverBudget)
}
"""How a refusal travels in a reply: by its code."""
