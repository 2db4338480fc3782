"""HTTP/2 by hand, frame by frame, for servers that do exactly what a test tells them, good or bad (RFC 9113)."""

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, REFUSED_STREAM, CANCEL = 0, 1, 2, 3, 7, 8
HTTP_1_1_REQUIRED = 13
MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE = 3, 4, 5

STATUS_200, STATUS_503 = b"\x88", b"\x08\x03503"  # HPACK: indexed; :status literal without indexing


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(**values):
    """settings(MAX_CONCURRENT_STREAMS=1)"""
    return frame(SETTINGS, payload=b"".join(struct.pack(">HI", globals()[name], value) for name, value in values.items()))


def headers(stream, block=STATUS_200, flags=END_HEADERS):
    return frame(HEADERS, flags, stream, block)


def data(stream, body=b"ok", flags=END_STREAM):
    return frame(DATA, flags, stream, body)


def answer(stream, body=b"ok", block=STATUS_200):
    return headers(stream, block) + data(stream, body)


def rst(stream, code):
    return frame(RST_STREAM, stream=stream, payload=struct.pack(">I", code))


def goaway(last, code=NO_ERROR, reason=b""):
    return frame(GOAWAY, payload=struct.pack(">II", last, code) + reason)


def literal(name, value):
    """A header field as HPACK writes it without its table: lengths below 127 stand in one byte."""
    def text(content):
        size = len(content)
        if size < 127:
            return bytes([size]) + content
        rest, size = size - 127, b"\x7f"
        while rest >= 128:
            size, rest = size + bytes([rest % 128 + 128]), rest // 128
        return size + bytes([rest]) + content
    return b"\x00" + text(name) + text(value)


class Http2Peer:
    """The server's side of one connection of `harness.servers`."""

    def __init__(self, connection):
        self.connection = connection
        self._received = b""

    def greet(self, first=None):
        """Reads the client's preface and says SETTINGS."""
        if self._take(len(PREFACE)) != PREFACE:
            raise ConnectionAbortedError
        self.connection.send(first if first is not None else settings())

    def read_frame(self):
        """(kind, flags, stream, payload), or None at the end."""
        head = self._take(9)
        if head is None:
            return None
        size = int.from_bytes(head[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", head[3:])
        payload = self._take(size)
        return None if payload is None else (kind, flags, stream, payload)

    def requests(self):
        """The stream of every request, once it is complete. Settings and pings are answered."""
        while (got := self.read_frame()) is not None:
            kind, flags, stream, payload = got
            if kind == SETTINGS and not flags & ACK:
                self.connection.send(frame(SETTINGS, ACK))
            elif kind == PING and not flags & ACK:
                self.connection.send(frame(PING, ACK, 0, payload))
            elif kind in (HEADERS, DATA) and flags & END_STREAM:
                self.connection.server.note_request()
                yield stream

    def _take(self, size):
        while len(self._received) < size:
            part = self.connection.stream.recv(65536)
            if not part:
                return None
            self._received += part
        taken, self._received = self._received[:size], self._received[size:]
        return taken


def answering_streams(reply, first=None):
    """A script that sends reply(stream, number of the request on this connection) for every request."""
    def script(connection):
        peer = Http2Peer(connection)
        peer.greet(first)
        for number, stream in enumerate(peer.requests(), 1):
            connection.send(reply(stream, number))
    return script
