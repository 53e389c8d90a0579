"""An OpenAI Agents SDK agent behind the gate, with a scripted model.

    agent_openai.py BASE_URL TOKEN FILE REASON

The reviewer approves the first `submitted` request and rejects the second with REASON.
"""

import asyncio

import scripted
from agentapprovalprotocol import AsyncGate
from agentapprovalprotocol.openai_agents import Approvals
from agents import Agent, Runner, function_tool, set_tracing_disabled
from agents.testing import ScriptedModel, assistant_message, function_call
from common import WatchedAsyncClient, run


async def main() -> None:
    options = scripted.options()
    client = WatchedAsyncClient(options.base_url, options.token)
    set_tracing_disabled(True)

    @function_tool
    def append_line(text: str, amount: int, rate: float) -> str:
        """Append a line to the file."""
        return scripted.append(options.file, text=text, amount=amount, rate=rate)

    turns = [
        [
            assistant_message(f"I will make {call_id}."),
            function_call(scripted.TOOL, arguments, call_id=call_id),
        ]
        for call_id, arguments in scripted.CALLS
    ]
    model = ScriptedModel([*turns, [assistant_message(scripted.LAST_WORDS)]])
    approvals = Approvals(gate=AsyncGate(client, timeout="5m"))
    agent = approvals.protect(Agent(name="writer", model=model, tools=[append_line]))

    result = await Runner.run(agent, scripted.PROMPT)

    read = [item for item in model.last_call.input if isinstance(item, dict)]
    told = [i["output"] for i in read if i.get("type") == "function_call_output"]
    approved = await client.get(client.created[0])
    said = result.final_output
    scripted.check(options.file, options.reason, told, said, approved)


if __name__ == "__main__":
    run(lambda: asyncio.run(main()))
