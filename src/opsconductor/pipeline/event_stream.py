"""A sentence's events as server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from opsconductor.client.pipeline_answers import Reply
from opsconductor.pipeline.conductor import Conductor, Question

MEDIA_TYPE = "text/event-stream"


def event(name: str, data: Mapping[str, object]) -> bytes:
    """One event as it goes over the wire."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def events(conductor: Conductor, question: Question) -> AsyncIterator[bytes]:
    """Every event of the sentence as it happens; the last one is `complete` or `error`.

    A client that goes away ends the work.
    """
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()
    question.emit = lambda name, data: queue.put_nowait(event(name, data))

    async def work() -> Reply:
        try:
            return await conductor.ask(question)
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(work())
    try:
        while (chunk := await queue.get()) is not None:
            yield chunk
        reply = await task
        yield event("error" if reply.error else "complete", reply.model_dump(mode="json"))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
