"""What the drivers share: JSON steps, expectations, clients that can be watched.

The clients are the published ones. They only say what they do. On stdout: `submitted`
for each new request and `outage` when the gate stops answering, so that a test can act
in between. On stderr: every exchange, and why the client refused an answer, which the
package's own gate keeps to itself.
"""

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

import httpx
from agentapprovalprotocol import AsyncClient, Client, Request


class Unexpected(Exception):
    """The client saw something else than the scenario promises."""


def expect(holds: object, what: str) -> None:
    if not holds:
        raise Unexpected(what)


def say(step: str, **fields: Any) -> None:
    """Print one step. The client's exact decimals are shown as floats."""
    print(json.dumps({"step": step, **fields}, default=float), flush=True)


def note(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def run(scenario: Callable[[], None]) -> None:
    """Run a scenario and exit: 0 if all was as expected, 1 if anything was not."""
    try:
        scenario()
    except Exception as error:  # whatever goes wrong, the scenario failed
        traceback.print_exc()
        say("failed", error=type(error).__name__, reason=str(error))
        sys.exit(1)
    say("finished")


class _Watch(httpx.HTTPTransport):
    """Says once that the gate stopped answering."""

    outage = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return super().handle_request(request)
        except httpx.TransportError as error:
            if not self.outage:
                say("outage", error=type(error).__name__)
            self.outage = True
            raise


def _exchange(response: httpx.Response) -> None:
    request = response.request
    path = request.url.raw_path.decode()
    note(request.method, path, response.status_code, response.text)


class WatchedClient(Client):
    """`Client`, saying what it does. `created` has the ids of its requests in order."""

    def __init__(self, base_url: str, token: str):
        self.watch = _Watch()
        http = httpx.Client(transport=self.watch, trust_env=False)
        http.event_hooks = {"response": [self._answered]}
        super().__init__(base_url, token, http=http)
        self.created: list[str] = []

    @staticmethod
    def _answered(response: httpx.Response) -> None:
        response.read()
        _exchange(response)
        if response.status_code == 429:
            say("full", after=response.headers.get("retry-after"))

    def _send(self, *args: Any, **kwargs: Any) -> Request:
        try:
            return super()._send(*args, **kwargs)
        except Exception as error:
            note("the client:", repr(error))
            raise

    def create(self, submission: Any, key: Any) -> Request:
        return _created(self.created, super().create(submission, key))


class WatchedAsyncClient(AsyncClient):
    """`AsyncClient`, likewise."""

    def __init__(self, base_url: str, token: str):
        http = httpx.AsyncClient(trust_env=False)
        http.event_hooks = {"response": [self._answered]}
        super().__init__(base_url, token, http=http)
        self.created: list[str] = []

    @staticmethod
    async def _answered(response: httpx.Response) -> None:
        await response.aread()
        _exchange(response)

    async def _send(self, *args: Any, **kwargs: Any) -> Request:
        try:
            return await super()._send(*args, **kwargs)
        except Exception as error:
            note("the client:", repr(error))
            raise

    async def create(self, submission: Any, key: Any) -> Request:
        return _created(self.created, await super().create(submission, key))


def _created(known: list[str], request: Request) -> Request:
    if request.id not in known:
        known.append(request.id)
        call = {"tool": request.tool, "arguments": request.arguments}
        say("submitted", id=request.id, status=request.status, **call)
    return request
