"""A WebSocket server of the library `websockets`, for websocket_test.py: python3 websocket_server.py PORT [CERTIFICATE KEY]

Messages are JSON. Each is answered with its `id`; `delay` (seconds) and the other keys of the request say how and when."""

import asyncio
import json
import ssl
import sys

import websockets

counts = {"connections": 0, "messages": 0, "protocols": [], "headers": []}


async def answer(socket, request):
    if delay := request.get("delay"):
        await asyncio.sleep(delay)
    if code := request.get("close"):
        await socket.close(code, "as asked")
    elif "silence" in request:
        return
    elif "pieces" in request:
        text = json.dumps({"id": request["id"], "text": "x" * request.get("size", 0)})
        size = -(-len(text) // request["pieces"])
        await socket.send(text[i:i + size] for i in range(0, len(text), size))
    elif request.get("ping"):
        await asyncio.wait_for(await socket.ping(), 10)
        await socket.send(json.dumps({"id": request["id"], "pong": True}))
    else:
        for _ in range(request.get("news", 0)):
            await socket.send(json.dumps({"news": "nobody asked"}))
        await socket.send(json.dumps({"id": request["id"], "ok": not request.get("bad"), "echo": request.get("text"),
                                      "text": "x" * request.get("size", 0)}))


async def serve(socket):
    counts["connections"] += 1
    counts["protocols"].append(socket.subprotocol)
    counts["headers"].append(socket.request_headers.get("X-Version"))
    tasks = set()
    try:
        async for message in socket:
            if message == "counts":
                await socket.send(json.dumps(counts))
            elif isinstance(message, bytes):
                counts["messages"] += 1
                await socket.send(message)
            else:
                counts["messages"] += 1
                tasks.add(asyncio.create_task(answer(socket, json.loads(message))))
    except websockets.ConnectionClosedError as error:
        counts["abnormal"] = str(error)
    for task in tasks:
        task.cancel()


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
    async with websockets.serve(serve, "127.0.0.1", int(sys.argv[1]), ssl=context, subprotocols=["orders.v2", "orders.v1"],
                                compression="deflate", max_size=2 ** 20):
        await asyncio.Future()


asyncio.run(main())
