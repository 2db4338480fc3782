"""The task grpc against servers that do not keep to the protocol, or to what is reasonable."""

import itertools
import struct
import sys
import unittest

from echo import PROTO, GrpcCase
from harness.servers import Server


class Faults(GrpcCase):

    def test_a_server_of_http_1(self):
        def answer(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        server = Server(answer)
        self.addCleanup(server.stop)
        finished = self.call(server.port, data={"text": "a"}, code=1)
        self.assert_says(finished, "does not speak HTTP/2")

    def test_goaway_in_the_middle(self):
        def answer(connection):
            connection.stream.recv(65536)
            settings = b"\0\0\0\4\0\0\0\0\0"
            goaway = b"\0\0\x08\7\0\0\0\0\0" + struct.pack(">II", 1, 0)
            connection.send(settings + goaway)
        server = Server(answer)
        self.addCleanup(server.stop)
        self.call(server.port, data={"text": "a"}, numRequests=6, timeout="2s", code=1)
        self.assertEqual(self.metric("grpc/error-count"), 6)

    def reset_every_call(self, code, begins):
        """A server that resets every call with this code, at once or behind the first fields of its answer."""
        fields = b"\x88\x5f\x10application/grpc"  # :status 200 and the content type (RFC 7541)

        def answer(connection):
            received = connection.stream.recv(65536)[24:]
            connection.send(b"\0\0\0\4\0\0\0\0\0")
            while received:
                while len(received) >= 9 + int.from_bytes(received[:3], "big"):
                    kind, stream = received[3], received[5:9]
                    received = received[9 + int.from_bytes(received[:3], "big"):]
                    if kind == 1 and begins:
                        connection.send(len(fields).to_bytes(3, "big") + b"\1\4" + stream + fields)
                    if kind == 1:
                        connection.send(b"\0\0\4\3\0" + stream + code.to_bytes(4, "big"))
                more = connection.stream.recv(65536)
                received = received + more if more else b""
        server = Server(answer)
        self.addCleanup(server.stop)
        return server

    def test_calls_that_the_server_resets(self):
        for name, code, begins, error in (("CANCEL", 8, True, "stream"), ("INTERNAL_ERROR", 2, False, "stream"),
                                          ("REFUSED_STREAM", 7, False, "refused"), ("REFUSED_STREAM", 7, True, "stream")):
            with self.subTest(reset=name, begins=begins):
                server = self.reset_every_call(code, begins)
                finished = self.call(server.port, data={"text": "a"}, numRequests=12, connections=1, timeout="5s", code=1)
                self.assertEqual(self.metric("grpc/error-count"), 12)
                self.assertEqual(self.metric(f"grpc/errors-{error}"), 12)
                self.assert_says(finished, rf"reset the stream: {name} \({code}\)" if error == "stream" else "refused the request")

    def answer_every_call(self, answer, content_type="application/grpc", endless=False):
        """A server that answers every call with these frames, DATA and then HEADERS, given by a function as pairs of kind and payload;
        or repeats the DATA without end."""
        head = bytes([0x88, 0x5F, len(content_type)]) + content_type.encode()  # :status 200 (RFC 7541)

        def frame(kind, flags, stream, payload):
            return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream + payload

        def reply(connection, stream):
            connection.send(frame(1, 4, stream, head))
            frames = b"".join(frame(kind, 5 if kind == 1 else 0, stream, payload) for kind, payload in answer())
            while True:
                connection.send(frames)
                if not endless:
                    return

        def serve(connection):
            received = connection.stream.recv(65536)[24:]
            connection.send(b"\0\0\0\4\0\0\0\0\0")
            while received:
                while len(received) >= 9 + int.from_bytes(received[:3], "big"):
                    kind, flags, stream = received[3], received[4], received[5:9]
                    received = received[9 + int.from_bytes(received[:3], "big"):]
                    if kind in (0, 1) and flags & 1:
                        reply(connection, stream)
                more = connection.stream.recv(65536)
                received = received + more if more else b""
        server = Server(serve)
        self.addCleanup(server.stop)
        return server

    @staticmethod
    def status_field(text):
        """The block of trailers with this grpc-status."""
        return b"\0\x0bgrpc-status" + bytes([len(text)]) + text.encode()

    def test_more_answers_than_one_end_the_call(self):
        """The server's endless answers are not read until the time is over: of reflection, of a unary call, of a stream of the client."""
        for proto, method in ((None, "Unary"), (PROTO, "Unary"), (PROTO, "Collect")):
            with self.subTest(proto=proto, method=method):
                server = self.answer_every_call(lambda: [(0, b"\0\0\0\0\0" * 3000)], endless=True)
                finished = self.call(server.port, method=method, proto=proto, data={}, numRequests=2, connections=1, timeout="20s",
                                     code=1)
                self.assert_says(finished, "a response of 2 messages, expected one")
                self.assert_says(finished, r"reflection of http://127" if proto is None else "malformed")
                if proto:
                    self.assertEqual(self.metric("grpc/errors-malformed"), 2)
                    self.assertLess(self.metric("grpc/messages-received"), 10)
                server.stop()

    def test_a_server_that_describes_more_than_there_can_be(self):
        """Each file imports another one, and has 10 MiB; or one has more messages than memory has room for."""
        numbers = itertools.count()

        def field(number, content):
            key, length = number << 3 | 2, len(content)
            varint = b""
            while length > 127:
                varint += bytes([length & 127 | 128])
                length >>= 7
            return bytes([key]) + varint + bytes([length]) + content

        def answer():
            number = next(numbers)
            file = field(1, b"f%d.proto" % number) + field(3, b"f%d.proto" % (number + 1)) + rest
            message = field(4, field(1, file))
            body = b"\0" + len(message).to_bytes(4, "big") + message
            return [(0, body[at:at + 16384]) for at in range(0, len(body), 16384)] + [(1, self.status_field("0"))]
        server = self.answer_every_call(answer)
        rest = field(15, bytes(10 << 20))
        self.assert_says(self.call(server.port, proto=None, data={}, code=1), "reflection of .*: the server's answers have more than 64 MiB")
        self.assertEqual(next(numbers), 7)
        rest = field(4, b"") * 1_000_000
        self.assert_says(self.call(server.port, proto=None, data={}, code=1), "reflection of .*: the server describes more than 1000000 parts")

    def test_answers_that_say_strange_things(self):
        message = b"\0\0\0\0\0"
        for answer, content_type, pattern, code in (
                ([(0, message), (1, self.status_field("0"))], "application/json", "not gRPC by its Content-Type", 1),
                ([(1, self.status_field("99"))], "application/grpc", "unknown: grpc-status is '99'", 0),
                ([(1, self.status_field("abc"))], "application/grpc", "unknown: grpc-status is 'abc'", 0)):
            with self.subTest(pattern):
                server = self.answer_every_call(lambda answer=answer: answer, content_type)
                self.assert_says(self.call(server.port, data={}, numRequests=3, connections=1, code=code), pattern)
                self.assertEqual(self.metric("grpc/error-count"), 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
