"""A Pydantic AI agent behind the gate, with a scripted model.

    agent_pydantic.py BASE_URL TOKEN FILE REASON

The reviewer approves the first `submitted` request and rejects the second with REASON.
"""

import asyncio

import scripted
from agentapprovalprotocol import AsyncGate
from agentapprovalprotocol.pydantic_ai import ApprovalCapability
from common import WatchedAsyncClient, run
from pydantic_ai import Agent
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel


async def main() -> None:
    options = scripted.options()
    client = WatchedAsyncClient(options.base_url, options.token)
    read: list[ModelMessage] = []

    def append_line(text: str, amount: int, rate: float) -> str:
        """Append a line to the file."""
        return scripted.append(options.file, text=text, amount=amount, rate=rate)

    turns = [
        ModelResponse(
            parts=[
                TextPart(f"I will make {call_id}."),
                ToolCallPart(scripted.TOOL, arguments, tool_call_id=call_id),
            ]
        )
        for call_id, arguments in scripted.CALLS
    ]
    turns.append(ModelResponse(parts=[TextPart(scripted.LAST_WORDS)]))

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        read[:] = messages
        return turns.pop(0)

    approvals = ApprovalCapability(gate=AsyncGate(client, timeout="5m"))
    agent = Agent(FunctionModel(model), tools=[append_line], capabilities=[approvals])

    result = await agent.run(scripted.PROMPT)

    requests = [message for message in read if isinstance(message, ModelRequest)]
    parts = [part for request in requests for part in request.parts]
    told = [part.content for part in parts if isinstance(part, ToolReturnPart)]
    approved = await client.get(client.created[0])
    scripted.check(options.file, options.reason, told, result.output, approved)


if __name__ == "__main__":
    run(lambda: asyncio.run(main()))
