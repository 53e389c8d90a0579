"""Asking a gate through the published client, and what must hold afterwards."""

import argparse
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from agentapprovalprotocol import (
    AAPError,
    Allow,
    Call,
    ConflictError,
    Deny,
    Gate,
    Pending,
    Verdict,
)
from common import WatchedClient, expect, say

# Values that a careless gate changes on the way: nulls, fractions, other alphabets.
ALLOWED = ("get_order", {"order_id": "1042", "fields": ["status", None], "limit": 0.1})
HELD = ("issue_refund", {"order_id": "1042", "amount": "60.00", "memo": "Zoë: “2×”"})


class Asking:
    """One agent's client and gate, with the options of the command line."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.client = WatchedClient(options.base_url, options.token)
        self.gate = Gate(self.client, mode="async", timeout=options.timeout)

    def call(self, default: tuple[str, dict[str, Any]]) -> Call:
        tool, arguments = default
        if self.options.arguments is not None:
            arguments = json.loads(self.options.arguments)
        return Call(
            key=f"run-{uuid4()}:call-1",
            tool=self.options.tool or tool,
            arguments=arguments,
            server="billing",
            reasoning="The customer says:\n\tcharged twice.",
            context={"session_id": "s-1", "nested": {"none": None, "exact": 1.25}},
        )

    def body(self, default: tuple[str, dict[str, Any]]) -> dict[str, Any]:
        """A bare submission: the fields that every request must have."""
        call = self.call(default)
        arguments, timeout = dict(call.arguments), self.options.timeout
        return {"tool": call.tool, "arguments": arguments, "timeout": timeout}

    def hold(self, call: Call) -> str:
        """Ask once and see the call held; the id of its request."""
        verdict = self.gate.check(call)
        expect(isinstance(verdict, Pending), f"held, not {verdict}")
        return verdict.request_id

    def wait(self, call: Call) -> Verdict:
        """Ask again as the same call and poll until it is decided."""
        verdict = self.gate.check(call, can_pause=False)
        denied = isinstance(verdict, Deny)
        status = verdict.status if denied else "approved"
        reason = verdict.reason if denied else None
        say("decided", id=verdict.request_id, status=status, reason=reason)
        return verdict

    def conflict(self, code: str, operation: Callable[..., Any], *args: Any) -> None:
        """See the operation refused with 409 and this code."""
        try:
            operation(*args)
        except ConflictError as error:
            expect(error.code == code, f"409 {code}, not {error.code}")
            return
        expect(False, f"409 {code}, not success")

    def refusal(self, kind: type[AAPError], operation: Callable[..., Any], *args: Any):
        """See the operation refused in exactly this way; what the client says of it."""
        try:
            operation(*args)
        except AAPError as error:
            expect(type(error) is kind, f"{kind.__name__}, not {error!r}")
            return str(error)
        expect(False, f"{kind.__name__}, not success")

    def finish(self, call: Call, verdict: Verdict) -> None:
        """Report an allowed call: the outcome stands, and nothing runs twice."""
        expect(isinstance(verdict, Allow), f"allowed, not {verdict}")
        request_id = verdict.request_id
        expect(verdict.report("succeeded", "re_7781"), "the outcome is taken")
        expect(verdict.report("succeeded", "re_7781"), "and its retry")
        outcome = self.client.get(request_id).consumption.outcome
        expect((outcome.status, outcome.note) == ("succeeded", "re_7781"), str(outcome))
        report = self.client.report_outcome
        self.conflict("outcome_conflict", report, request_id, "failed")
        self.conflict("already_terminal", self.client.cancel, request_id)
        again = self.gate.check(call)
        spent = isinstance(again, Deny) and again.status == "consumed"
        expect(spent and again.request_id == request_id, f"used up, not {again}")
        say("reported", id=request_id, outcome=outcome.status)

    def not_run(self, call: Call, verdict: Verdict, status: str) -> Deny:
        """See a call that did not run, and that no other way leads to running it."""
        expect(isinstance(verdict, Deny) and verdict.status == status, f"{verdict}")
        request = self.client.get(verdict.request_id)
        expect(request.status == status, f"{status}, not {request.status}")
        self.conflict("not_approved", self.client.consume, request.id, str(uuid4()))
        if status != "cancelled":
            self.conflict("already_terminal", self.client.cancel, request.id)
        expect(self.gate.check(call) == verdict, "the same answer to the same call")
        return verdict
