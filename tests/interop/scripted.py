"""What the framework drivers share: one tool, a script of two calls, the final check.

The scripted model calls `append_line` twice. The reviewer approves the first call and
rejects the second with REASON; the file then has the first line, once, and no other.
"""

import argparse
import json
import sys
from pathlib import Path
from uuid import uuid4

from agentapprovalprotocol import Request
from common import expect, say

TOOL = "append_line"
APPROVED = {"text": 'Zoë said "ship it"', "amount": 4900, "rate": 0.1}
REJECTED = {"text": "and burn the boats", "amount": 1, "rate": 1.5}
# Models give each call an id of its own; the same id again would be the same request.
CALLS = ((f"call-{uuid4()}", APPROVED), (f"call-{uuid4()}", REJECTED))
PROMPT, LAST_WORDS = "Write both lines.", "Wrote what I was allowed to."


def options() -> argparse.Namespace:
    program = Path(sys.argv[0]).name
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("base_url")
    parser.add_argument("token")
    parser.add_argument("file", type=Path, help="what the tool appends to")
    parser.add_argument("reason", help="what the reviewer rejects the second call with")
    return parser.parse_args()


def append(file: Path, **arguments: object) -> str:
    """The body of the tool: its arguments as one line of JSON."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(arguments, sort_keys=True) + "\n")
    return "written"


def check(
    file: Path, reason: str, told: list[str], said: str, request: Request
) -> None:
    """`told`: what the model read of its calls; `request`: the approved, afterwards."""
    say("told", results=told)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    ran = [json.loads(line) for line in lines]
    expect(ran == [APPROVED], f"the approved call ran once, unchanged: {ran}")
    expect(len(told) == 2 and told[0] == "written", f"two results: {told}")
    expect(reason in told[1], f"the model is told {reason!r}: {told[1]!r}")
    expect(said == LAST_WORDS, f"the run ends: {said!r}")
    outcome = request.consumption and request.consumption.outcome
    expect(outcome and outcome.status == "succeeded", f"outcome: {outcome}")
