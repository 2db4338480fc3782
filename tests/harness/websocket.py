"""WebSocket by hand, frame by frame, for servers that do exactly what a test tells them, good or bad (RFC 6455)."""

import base64
import hashlib
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FINAL, MASKED = 0x80, 0x80


def frame(opcode, payload=b"", flags=FINAL, length=None):
    """A frame of a server; `length` is what it announces instead of the payload's."""
    size = len(payload) if length is None else length
    if size <= 125:
        head = bytes([flags | opcode, size])
    elif size <= 0xFFFF:
        head = bytes([flags | opcode, 126]) + struct.pack(">H", size)
    else:
        head = bytes([flags | opcode, 127]) + struct.pack(">Q", size)
    return head + payload


def text(payload):
    return frame(TEXT, payload.encode())


def close(code, reason=b""):
    return frame(CLOSE, struct.pack(">H", code) + reason)


def accept(key):
    return base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())


def switch(request, answer=None, fields=b""):
    """The response to a handshake; `answer` instead of the right Sec-WebSocket-Accept."""
    key = next(line.split(b":", 1)[1].strip() for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
    return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + (accept(key) if answer is None else answer) + b"\r\n" + fields + b"\r\n")


class WebSocketPeer:
    """The server's side of one connection of `harness.servers`, which has switched."""

    def __init__(self, connection):
        self.connection = connection
        self._received = b""

    def switch(self):
        """False when the client went instead."""
        request = self.connection.read_request()
        if request is None:
            return False
        self.connection.send(switch(request))
        return True

    def messages(self):
        """(opcode, payload) of each frame until the client closes; every one must be masked."""
        while (head := self._take(2)) is not None:
            opcode, size = head[0] & 15, head[1] & 127
            assert head[1] & MASKED, "the client does not mask"
            if size == 126:
                size = struct.unpack(">H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._take(8))[0]
            key = self._take(4)
            payload = self._take(size)
            if payload is None:
                return
            yield opcode, bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))

    def _take(self, size):
        while len(self._received) < size:
            part = self.connection.stream.recv(65536)
            if not part:
                return None
            self._received += part
        taken, self._received = self._received[:size], self._received[size:]
        return taken


def replying(reply):
    """A script that sends reply(payload) for every message."""
    def script(connection):
        peer = WebSocketPeer(connection)
        if not peer.switch():
            return
        for opcode, payload in peer.messages():
            if opcode == CLOSE:
                connection.closed_with = payload
                return
            if opcode in (TEXT, BINARY):
                connection.send(reply(payload))
    return script
