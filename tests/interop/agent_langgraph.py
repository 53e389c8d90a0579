"""A LangChain agent on LangGraph behind the gate, with a scripted model.

    agent_langgraph.py BASE_URL TOKEN FILE REASON

The reviewer approves the first `submitted` request and rejects the second with REASON.
"""

from typing import Any

import scripted
from agentapprovalprotocol import Gate
from agentapprovalprotocol.langgraph import ApprovalMiddleware
from common import WatchedClient, run
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatResult


class ScriptedModel(GenericFakeChatModel):
    """Says its lines in order and remembers what it read last."""

    read: list[BaseMessage] = []

    def bind_tools(self, tools: Any, **kwargs: Any) -> "ScriptedModel":
        return self

    def _generate(
        self, messages: list[BaseMessage], *args: Any, **kw: Any
    ) -> ChatResult:
        self.read = messages
        return super()._generate(messages, *args, **kw)


def main() -> None:
    options = scripted.options()
    client = WatchedClient(options.base_url, options.token)

    def append_line(text: str, amount: int, rate: float) -> str:
        """Append a line to the file."""
        return scripted.append(options.file, text=text, amount=amount, rate=rate)

    turns = [
        AIMessage(
            content=f"I will make {call_id}.",
            tool_calls=[{"name": scripted.TOOL, "id": call_id, "args": arguments}],
        )
        for call_id, arguments in scripted.CALLS
    ]
    model = ScriptedModel(messages=iter([*turns, AIMessage(scripted.LAST_WORDS)]))
    approvals = ApprovalMiddleware(gate=Gate(client, timeout="5m"))
    agent = create_agent(model, tools=[append_line], middleware=[approvals])

    result = agent.invoke({"messages": [("user", scripted.PROMPT)]})

    told = [m.content for m in model.read if isinstance(m, ToolMessage)]
    said = result["messages"][-1].content
    approved = client.get(client.created[0])
    scripted.check(options.file, options.reason, told, said, approved)


if __name__ == "__main__":
    run(main)
