"""The provider's API on this machine: recorded shapes, real files, faults on demand, and a ledger of what it bills."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote

from tests.replicate_double import webhooks
from tests.replicate_double.faults import Fate, Fault, Faults
from tests.replicate_double.http import Hang, Request, Reset, Response, Server, of_json
from tests.replicate_double.ledger import Ledger
from tests.replicate_double.models import CATALOGUE, Model, Writer
from tests.replicate_double.orders import Order

TOKEN = "r8_test"
_UNAUTHENTICATED = {
    "title": "Unauthenticated", "detail": "You did not pass a valid authentication token", "status": 401,
}  # fmt: skip
_NO_VERSION = {
    "title": "Invalid version or not permitted",
    "detail": "The specified version does not exist (or perhaps you don't have permission to use it?)",
    "status": 422,
}


class Double:
    """`async with Double() as double:`; `scale` shrinks pictures and films, for tests that do not look at them.

    `faults.add(Fault(...))` is for requests, `fates.append(Fate(...))` for the next predictions, in order;
    `writer` answers for the models that write; `calls` counts requests by kind.
    """

    def __init__(self, scale: float = 1.0, run_s: float = 0.01, life_s: float = 3600.0) -> None:
        self.scale, self.run_s, self.life_s = scale, run_s, life_s
        self.faults, self.fates, self.ledger = Faults(), list[Fate](), Ledger()
        self.orders: dict[str, Order] = {}
        self.writer: Writer = lambda given: ["Once ", "upon a time: ", given["prompt"]]
        self.calls: dict[str, int] = {}
        self.file_headers: list[dict[str, str]] = []
        self.webhook_secret = "whsec_" + base64.b64encode(hashlib.sha256(b"double").digest()).decode()
        self.page_size = 100
        self._server = Server(self._handle, self._early)
        self._sending: set[asyncio.Task[int]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.port}"

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._server.stop()

    async def send_webhook(self, order: Order, url: str = "", **how: Any) -> int:
        """Tells a receiver about a prediction as it is now; see `webhooks.deliver`."""
        secret = how.pop("secret", self.webhook_secret)
        return await webhooks.deliver(url or order.webhook, order.document(), secret, **how)

    def _early(self, method: str, path: str) -> bool:
        return self.faults.take(_kind(method, path), early=True) is not None

    async def _handle(self, request: Request) -> Response:
        kind = _kind(request.method, request.path)
        self.calls[kind] = self.calls.get(kind, 0) + 1
        fault = self.faults.take(kind)
        if fault is None:
            return self._answer(kind, request)
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        return self._faulty(kind, request, fault)

    def _faulty(self, kind: str, request: Request, fault: Fault) -> Response:
        if fault.how == "hang_before":
            raise Hang
        if fault.how == "answer":
            if isinstance(fault.body, bytes):
                return Response(fault.status, fault.body, {"content-type": "text/html", **fault.headers})
            return of_json(fault.body, fault.status, fault.headers)
        response = self._answer(kind, request)
        if fault.how == "reset_after":
            raise Reset
        if fault.how == "hang_after":
            raise Hang
        if fault.how == "mangle":
            document = Request("", "", {}, {}, response.body).json()
            return of_json(fault.change(document), response.status)
        if fault.how == "cut":
            response.cut_bytes = fault.cut_bytes
        return response

    def _answer(self, kind: str, request: Request) -> Response:
        if kind == "file":
            return self._file(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return of_json(_UNAUTHENTICATED, 401)
        if kind == "create":
            return self._create(request)
        if kind == "list":
            return self._list(request)
        if request.path == "/v1/webhooks/default/secret":
            return of_json({"key": self.webhook_secret})
        order = self.orders.get(request.path.split("/")[3]) if request.path.startswith("/v1/predictions/") else None
        if order is None:
            return of_json({"detail": "The requested resource could not be found.", "status": 404}, 404)
        if kind == "cancel":
            order.cancel()
            if order.status == "aborted":
                self.ledger.drop(order.id)
        return of_json(order.document(), 200, {"ratelimit-remaining": "2999", "ratelimit-reset": "1"})

    def _create(self, request: Request) -> Response:
        body = request.json()
        parts = request.path.split("/")
        official = len(parts) == 6
        name = "/".join(parts[3:5]) if official else str(body.get("version", "")).rpartition(":")[2]
        model = CATALOGUE.get(name)
        if model is None or (official and model.version):
            if official:
                return of_json({"detail": "The requested resource could not be found.", "status": 404}, 404)
            return of_json(_NO_VERSION, 422)
        given = body.get("input")
        problems = model.problems(given) if isinstance(given, dict) else ["input is required"]
        if problems:
            detail = "".join(f"- input: {problem}\n" for problem in problems)
            return of_json({"title": "Input validation failed", "detail": detail, "status": 422}, 422)
        assert isinstance(given, dict)
        return of_json(self._accept(model, given, str(body.get("webhook", ""))).document(), 201)

    def _accept(self, model: Model, given: dict[str, Any], webhook: str) -> Order:
        fate = self.fates.pop(0) if self.fates else Fate()
        run_s = self.run_s if fate.run_s is None else fate.run_s
        order = Order(model, given, fate, self.url, run_s, self.life_s, webhook)
        if fate.output is not ...:
            order.output = fate.output
        elif model.files is None:
            order.output = self.writer(given)
        else:
            order.files = [one for n, one in enumerate(model.files(given, self.scale)) if n not in fate.drop]
            urls = [f"{self.url}/files/{order.id}/{quote(one.name)}" for one in order.files]
            order.output = urls if model.many else urls[0]
        self.orders[order.id] = order
        if fate.status != "aborted":
            self.ledger.add(order.id, model.name, given, model.price_usd(given))
        if webhook:
            self._sending.add(asyncio.create_task(self._tell(order)))
        return order

    async def _tell(self, order: Order) -> int:
        while order.status in ("starting", "processing"):
            await asyncio.sleep(0.01)
        return await self.send_webhook(order)

    def _list(self, request: Request) -> Response:
        after = datetime.fromisoformat(request.query.get("created_after", "1970-01-01T00:00:00Z"))
        rows = [o for o in self.orders.values() if o.created >= after and o.age_s >= o.fate.unlisted_s]
        rows = sorted(rows, key=lambda order: order.created, reverse=True)
        start = int(request.query.get("cursor", "0"))
        page, more = rows[start : start + self.page_size], len(rows) > start + self.page_size
        moment = quote(after.astimezone(UTC).isoformat())
        following = f"{self.url}/v1/predictions?cursor={start + self.page_size}&created_after={moment}"
        documents = [order.document() for order in page]
        return of_json({"next": following if more else None, "previous": None, "results": documents})

    def _file(self, request: Request) -> Response:
        self.file_headers.append(request.headers)
        _, _, prediction_id, name = request.path.split("/")
        order = self.orders.get(prediction_id)
        found = [one for one in order.files if one.name == name] if order else []
        if not found or (order and order.removed):
            return Response(404, b"not found", {"content-type": "text/plain"})
        return Response(200, found[0].data, {"content-type": found[0].media_type})


def _kind(method: str, path: str) -> Any:
    if path.startswith("/files/"):
        return "file"
    if method == "POST":
        return "cancel" if path.endswith("/cancel") else "create"
    return "list" if path == "/v1/predictions" else "get"
