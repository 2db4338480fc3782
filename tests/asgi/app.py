"""Streams of events with known times, for tests/integration/streams_test.py. Times are msec in the query: `first` until the first
event with content, `gap` from one to the next, `words` how many."""

import asyncio
import gzip
import json

from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route


def event(data):
    return f"data: {data}\n\n"


def chat(delta, **more):
    return event(json.dumps({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}], **more}))


class Times:
    """When things are due, counted from the first one, so that delays do not add up."""

    def __init__(self, request):
        self.first = float(request.query_params.get("first", 80)) / 1000
        self.gap = float(request.query_params.get("gap", 30)) / 1000
        self.words = int(request.query_params.get("words", 8))
        self._next = asyncio.get_running_loop().time()

    async def wait(self, seconds):
        self._next += seconds
        await asyncio.sleep(max(0, self._next - asyncio.get_running_loop().time()))


def streaming(kind, media_type="text/event-stream"):
    async def answer(request):
        return StreamingResponse(kind(Times(request)), media_type=media_type)
    return answer


async def chat_words(times):
    yield chat({"role": "assistant", "content": ""})
    await times.wait(times.first)
    for number in range(times.words):
        if number:
            await times.wait(times.gap)
        yield chat({"content": f" word{number}"})


async def completions(times):
    async for each in chat_words(times):
        yield each
    yield event(json.dumps({"choices": [], "usage": {"completion_tokens": 2 * times.words}}))
    yield event("[DONE]")


async def generate(times):
    await times.wait(times.first)
    for number in range(times.words):
        yield json.dumps({"response": f" word{number}", "done": False}) + "\n"
        await times.wait(times.gap)
    yield json.dumps({"response": "", "done": True, "eval_count": times.words}) + "\n"


async def unfinished(times):
    async for each in chat_words(times):
        yield each


async def broken(times):
    async for each in chat_words(times):
        yield each
    raise RuntimeError("broken off")


async def fails(times):
    async for each in chat_words(times):
        yield each
    yield event('{"error": {"message": "out of memory"}}')


async def text(_):
    yield event("Hello")
    yield event("[DONE]")


async def large(_):
    yield event(json.dumps({"choices": [{"delta": {"content": "x" * 10_000_000}}]}))
    yield event("[DONE]")


async def compressed(request):
    return Response(gzip.compress(b"data: {}\n\n" * 5), headers={"Content-Encoding": "gzip", "Content-Type": "text/event-stream"})


async def silent(times):
    yield ": still there\n\n"
    await times.wait(60)


async def stalls(times):
    async for each in chat_words(times):
        yield each
    await times.wait(60)


async def endless(times):
    while True:
        yield chat({"content": " word"})
        await times.wait(times.gap)


app = Starlette(routes=[
    Route("/v1/chat/completions", streaming(completions), methods=["POST"]),
    Route("/api/generate", streaming(generate, "application/x-ndjson"), methods=["POST"]),
    Route("/compressed", compressed, methods=["GET", "POST"]),
    *(Route(f"/{kind.__name__}", streaming(kind)) for kind in (unfinished, broken, fails, text, large, silent, stalls, endless))])
