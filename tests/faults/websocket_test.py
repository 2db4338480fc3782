"""WebSocket servers that misbehave: no crash, no hang, every request accounted for once, in the class that says what happened."""

import unittest

from harness import websocket
from harness.case import Case
from harness.servers import Server, answering, response
from harness.websocket import WebSocketPeer, frame, replying, text

REQUESTS = 10
CLASSES = ("connect", "timeout", "reset", "early-close", "malformed", "expect", "status", "closed")


class WebSocketCase(Case):

    def load(self, script, **options):
        self.server = Server(script)
        self.addCleanup(self.server.stop)
        options = {"url": self.server.url(scheme="ws"), "message": '{"id": {{seq}}}', "numRequests": REQUESTS, "qps": 500, "connections": 2,
                   "timeout": "20s", "allowAllFailed": True, **options}
        finished = self.run_experiment({"tasks": [{"task": "websocket", "with": options}]}, "--no-gate")
        self.assert_code(finished, 0)
        errors = self.errors()
        self.assertLessEqual(set(errors), set(CLASSES))
        self.assertEqual(self.metric("request-count"), options["numRequests"])
        self.assertEqual(self.metric("error-count"), sum(errors.values()), errors)
        return finished

    def metric(self, name):
        metric = self.result()["insights"]["metrics"].get(f"websocket/{name}")
        return metric["values"][0] if metric else None

    def errors(self):
        names = [name.removeprefix("websocket/") for name in self.result()["insights"]["metrics"]]
        return {name.removeprefix("errors-"): self.metric(name) for name in names if name.startswith("errors-") and self.metric(name)}

    def fails(self, script, cause, *classes, **options):
        finished = self.load(script, **options)
        errors = self.errors()
        self.assertEqual(sum(errors.values()), options.get("numRequests", REQUESTS), errors)
        self.assertLessEqual(set(errors), set(classes), errors)
        self.assert_says(finished, cause)
        return finished

    def succeeds(self, script, **options):
        self.load(script, **options)
        self.assertEqual(self.errors(), {})


class WellBehaved(WebSocketCase):

    def test_every_byte_may_come_alone_with_pings_between_fragments(self):
        def script(connection):
            peer = WebSocketPeer(connection)
            if not peer.switch():
                return
            pongs = 0
            for opcode, payload in peer.messages():
                pongs += opcode == websocket.PONG and payload == b"are you there"
                if opcode == websocket.TEXT:
                    answer = (frame(websocket.TEXT, payload[:3], 0) + frame(websocket.PING, b"are you there")
                              + frame(websocket.CONTINUATION, b"", 0) + frame(websocket.CONTINUATION, payload[3:]))
                    for byte in answer:
                        connection.send(bytes([byte]))
            connection.server.pongs = pongs
        self.succeeds(script, match=".id", streams=4, connections=1)

    def test_a_connection_that_the_server_closes_while_it_is_idle_is_opened_again(self):
        self.succeeds(replying(lambda payload: text(payload.decode()) + websocket.close(1000)), qps=50, connections=1)


class Handshakes(WebSocketCase):

    def hands(self, reply):
        def script(connection):
            while (request := connection.read_request()) is not None:
                connection.send(reply(request))
        return script

    def test_what_is_no_switch(self):
        self.fails(answering(response(status="503 Service Unavailable")), "status 503", "status")
        self.fails(answering(response()), "answered the WebSocket handshake with status 200", "expect")
        self.fails(answering(response(status="302 Found", headers=["Location: /elsewhere"])), "status 302", "expect")
        self.fails(answering(b"SSH-2.0-OpenSSH\r\n"), "not HTTP/1.1", "malformed")

    def test_a_switch_that_is_wrong(self):
        self.fails(self.hands(lambda request: websocket.switch(request, b"AAAA")), "Sec-WebSocket-Accept is 'AAAA'", "malformed")
        self.fails(self.hands(lambda request: websocket.switch(request, b"")), "Sec-WebSocket-Accept is ''", "malformed")
        self.fails(self.hands(lambda request: websocket.switch(request, fields=b"Sec-WebSocket-Extensions: permessage-deflate\r\n")),
                   "extension", "malformed")
        self.fails(self.hands(lambda request: websocket.switch(request, fields=b"Sec-WebSocket-Protocol: chat\r\n")),
                   "'chat', which was not offered", "malformed")
        self.fails(self.hands(lambda request: b"HTTP/1.1 101 S\r\nX: " + b"x" * 100_000), "longer than 64 KiB", "malformed")

    def test_a_server_that_closes_or_says_nothing(self):
        self.fails(lambda connection: connection.read_request(), "during the WebSocket handshake", "early-close", "reset")
        self.fails(lambda connection: connection.wait_for_close(), "within the timeout", "timeout", timeout="400ms")


class Frames(WebSocketCase):

    def test_frames_that_no_server_may_send(self):
        cases = {
            "masks its frames": lambda payload: b"\x81\x85abcdhello",
            "reserved bit": lambda payload: frame(websocket.TEXT, payload, websocket.FINAL | 0x40),
            "opcode": lambda payload: frame(3, payload),
            "control frame": lambda payload: frame(websocket.PING, b"x" * 126),
            "continuation of nothing": lambda payload: frame(websocket.CONTINUATION, payload),
            "inside another one": lambda payload: frame(websocket.TEXT, payload, 0) + text("x"),
            "not UTF-8": lambda payload: frame(websocket.TEXT, b"\xff\xfe"),
            "longer than 1048576 bytes": lambda payload: frame(websocket.BINARY, b"x", length=2 ** 62),
            "code that may not be sent": lambda payload: websocket.close(1006),
        }
        for cause, reply in cases.items():
            with self.subTest(cause):
                self.fails(replying(reply), cause, "malformed")

    def test_fragments_that_never_end_are_cut_at_the_limit(self):
        def endless(piece):
            def script(connection):
                peer = WebSocketPeer(connection)
                if not peer.switch():
                    return
                for _ in peer.messages():
                    connection.send(frame(websocket.TEXT, b"x", 0))
                    while True:
                        connection.send(frame(websocket.CONTINUATION, piece, 0) * 100)
            return script
        self.fails(endless(b"x" * 10_000), "longer than 50000 bytes", "malformed", maxMessage=50_000, numRequests=4)
        self.fails(endless(b""), "floods", "malformed", numRequests=4)

    def test_floods_of_control_frames_end(self):
        for opcode in (websocket.PING, websocket.PONG):
            with self.subTest(opcode):
                self.fails(replying(lambda _, opcode=opcode: frame(opcode, b"x" * 100) * 20_000), "floods|more pings", "malformed",
                           numRequests=4)


class Closes(WebSocketCase):

    def test_close_codes_are_classes_of_their_own(self):
        for code, name in ((1011, "internal error"), (1013, "try again later"), (3000, "3000")):
            with self.subTest(code):
                self.fails(replying(lambda _, code=code: websocket.close(code, b"because")), f"{name}.*because", "closed")
                self.assertEqual(self.metric(f"close-{code}"), REQUESTS)
        self.fails(replying(lambda _: frame(websocket.CLOSE)), "1005 .no code", "closed")

    def test_a_connection_that_just_ends(self):
        def script(connection):
            peer = WebSocketPeer(connection)
            if peer.switch():
                next(peer.messages(), None)
        self.fails(script, "without a close frame", "early-close", "reset")

    def test_the_client_says_goodbye_at_the_end(self):
        goodbyes = []

        def script(connection):
            peer = WebSocketPeer(connection)
            if not peer.switch():
                return
            for opcode, payload in peer.messages():
                if opcode == websocket.CLOSE:
                    goodbyes.append(payload)
                    connection.server.note_request()
                else:
                    connection.send(text("ok"))
        self.succeeds(script, connections=1)
        self.server.wait_for_requests(2)  # the handshake, and the goodbye
        self.assertEqual(goodbyes, [b"\x03\xe8"])


if __name__ == "__main__":
    unittest.main()
