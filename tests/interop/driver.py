"""One scenario of the Agent Approval Protocol, seen by its published Python client.

    driver.py BASE_URL TOKEN SCENARIO [--tool T] [--arguments JSON] [--reason TEXT] ...

Prints one JSON object a line, `submitted` with the request's id first, and exits 0
only if the client itself saw what the scenario promises. A reviewer acts in between:

    approve   approves the request that is pending
    reject    rejects it, with a reason that holds the text of --reason
    edit      edits it; --edited says which arguments must come back
    restart   stops and starts the gate, then approves
    halted    stops the agent, and then approves
    full      rejects the first, once the gate said that there is no room for a second

In all others nobody does anything. `lapse` needs approvals that are over in seconds.
"""

import argparse
import json
import threading
import time
from dataclasses import replace
from datetime import datetime, timezone
from uuid import uuid4

from agentapprovalprotocol import AAPError, CredentialRefused, NotFound
from asking import ALLOWED, HELD, Asking
from common import WatchedClient, expect, run, say

SECONDS = {"s": 1, "m": 60, "h": 3600}


def allow(ask: Asking) -> None:
    """The policy allows at once."""
    call = ask.call(ALLOWED)
    ask.finish(call, ask.gate.check(call))


def approve(ask: Asking) -> None:
    """Held, then approved by a person."""
    call = ask.call(HELD)
    request_id = ask.hold(call)
    verdict = ask.wait(call)
    expect(verdict.request_id == request_id, "one request for one call")
    ask.finish(call, verdict)


def restart(ask: Asking) -> None:
    """Held while the gate goes away and comes back, then approved."""
    approve(ask)
    expect(ask.client.watch.outage, "the gate was away")


def reject(ask: Asking) -> None:
    """Held, then denied; the agent reads why."""
    call = ask.call(HELD)
    ask.hold(call)
    denied = ask.not_run(call, ask.wait(call), "denied")
    reason = ask.options.reason
    expect(reason and reason in denied.reason, f"{reason!r} in {denied.reason!r}")


def edit(ask: Asking) -> None:
    """Denied with the edited call in the note, which is then allowed once."""
    call = ask.call(HELD)
    ask.hold(call)
    denied = ask.not_run(call, ask.wait(call), "denied")
    note = ask.client.get(denied.request_id).decision.note or ""
    edited = json.loads(note.rsplit("\n", 1)[-1])["edited"]
    expect(edited["arguments"] != call.arguments, "the arguments were edited")
    if ask.options.edited is not None:
        expect(edited["arguments"] == json.loads(ask.options.edited), note)
    changed = {"tool": edited["tool"], "arguments": edited["arguments"]}
    second = replace(call, key=f"run-{uuid4()}:call-2", **changed)
    ask.finish(second, ask.gate.check(second))
    third = ask.hold(replace(second, key=f"run-{uuid4()}:call-3"))
    say("pending_again", id=third)
    ask.client.cancel(third)


def expire(ask: Asking) -> None:
    """Nobody decides in time, and the gate says so by itself."""
    call = ask.call(HELD)
    held = ask.client.get(ask.hold(call))
    asked = int(ask.options.timeout[:-1]) * SECONDS[ask.options.timeout[-1]]
    given = (held.deadline_at - held.created_at).total_seconds()
    expect(given <= asked, f"no more than the {asked} s asked for, not {given}")
    expired = ask.not_run(call, ask.wait(call), "expired")
    expect("expired" in expired.reason, f"told by the gate, not {expired.reason!r}")
    decision = ask.client.get(held.id).decision
    expect(decision.decided_at >= held.deadline_at, "not before the deadline")


def cancel(ask: Asking) -> None:
    """Taken back while it is pending; --again says what a second time does."""
    call = ask.call(HELD)
    request_id = ask.hold(call)
    polled = []

    def poll() -> None:
        polled.append(ask.client.get(request_id, wait=25).status)

    poller = threading.Thread(target=poll, daemon=True)
    poller.start()
    time.sleep(0.5)
    first = ask.client.cancel(request_id)
    expect(first.status == "cancelled", f"cancelled, not {first.status}")
    poller.join(timeout=5)
    expect(polled == ["cancelled"], f"the open poll ends, not {polled}")
    if ask.options.again == "same":
        expect(ask.client.cancel(request_id) == first, "cancelled stays cancelled")
    else:
        ask.conflict(ask.options.again, ask.client.cancel, request_id)
    ask.not_run(call, ask.wait(call), "cancelled")


def double_consume(ask: Asking) -> None:
    """An approval is used once; a retry of that use is the same use."""
    request = ask.client.create(ask.body(ALLOWED), str(uuid4()))
    expect(request.status == "approved", f"approved, not {request.status}")
    report = (ask.client.report_outcome, request.id, "succeeded")
    ask.conflict("not_consumed", *report)
    key, other = str(uuid4()), str(uuid4())
    first = ask.client.consume(request.id, key)
    expect(first.consumption is not None, "consumed")
    ask.conflict("already_consumed", ask.client.consume, request.id, other)
    expect(ask.client.consume(request.id, key) == first, "same key, same answer")


def conflict(ask: Asking) -> None:
    """One key is one request: another body under it is refused, and so is no key."""
    key, body = str(uuid4()), ask.body(HELD)
    first = ask.client.create(body, key)
    other = {**body, "arguments": {**body["arguments"], "amount": "61.00"}}
    ask.conflict("idempotency_conflict", ask.client.create, other, key)
    expect(ask.client.create(body, key) == first, "the same request again")
    said = ask.refusal(AAPError, ask.client.create, body, None)
    expect("HTTP 400" in said, f"400 without a key, not {said}")
    ask.client.cancel(first.id)


def lapse(ask: Asking) -> None:
    """An approval that was not used in time stays approved and cannot be used."""
    request = ask.client.create(ask.body(ALLOWED), str(uuid4()))
    left = (request.decision.expires_at - datetime.now(timezone.utc)).total_seconds()
    expect(left < 30, f"over within seconds, not {left}")
    time.sleep(max(0.0, left) + 0.5)
    consume = (ask.client.consume, request.id, str(uuid4()))
    ask.conflict("approval_expired", *consume)
    expect(ask.client.get(request.id) == request, "approved, as it was")


def halted(ask: Asking) -> None:
    """Approved, and then a person stops the agent: the client says that it does not hold."""
    call = ask.call(HELD)
    request_id = ask.hold(call)
    verdict = ask.wait(call)
    expect(verdict.status == "expired", f"expired, not {verdict}")
    expect(ask.client.get(request_id).status == "approved", "approved all the same")
    consume = (ask.client.consume, request_id, str(uuid4()))
    ask.conflict("approval_expired", *consume)


def full(ask: Asking) -> None:
    """There is no room for a second one until the first has its answer; the client waits."""
    ask.hold(ask.call(HELD))
    started = time.monotonic()
    second = ask.client.create(ask.body(HELD), str(uuid4()))
    waited = time.monotonic() - started
    expect(second.status == "pending", f"pending, not {second.status}")
    expect(waited >= 5, f"as long as the gate said, not {waited:.1f} s")
    ask.client.cancel(second.id)


def refused(ask: Asking) -> None:
    """Who is not known gets nothing, and what is not there is not found."""
    ask.refusal(NotFound, ask.client.get, str(uuid4()))
    stranger = WatchedClient(ask.options.base_url, "not-a-token")
    submission = (ask.body(HELD), str(uuid4()))
    ask.refusal(CredentialRefused, stranger.create, *submission)


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (allow, approve, restart, reject, edit, expire, cancel)
    + (double_consume, conflict, lapse, refused, halted, full)
}


def main() -> None:
    parser = argparse.ArgumentParser(description="One scenario of the protocol.")
    parser.add_argument("base_url")
    parser.add_argument("token")
    parser.add_argument("scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--tool", help="a tool that the policy allows or holds")
    parser.add_argument("--arguments", metavar="JSON")
    parser.add_argument("--timeout", help="5m, and 2s for expire, if not given")
    parser.add_argument("--reason", default="", help="for reject")
    parser.add_argument("--edited", metavar="JSON", help="for edit")
    parser.add_argument("--again", default="same", help="for cancel, or a 409's code")
    options = parser.parse_args()
    options.timeout = options.timeout or (
        "2s" if options.scenario == "expire" else "5m"
    )
    run(lambda: SCENARIOS[options.scenario](Asking(options)))


if __name__ == "__main__":
    main()
