"""Small servers on free loopback ports that do exactly what a test tells them, good or bad."""

import contextlib
import socket
import struct
import threading

from harness.program import PATIENCE


class Connection:
    """One accepted connection, as the script of a server sees it. OSError from any call means that the peer is gone."""

    def __init__(self, server, stream):
        self.server = server
        self.stream = stream
        self._received = b""
        self.number = 0  # of the latest request, from 1, over all connections of the server

    def read_request(self):
        """The next request, head and body, or None when the peer closed instead."""
        while b"\r\n\r\n" not in self._received:
            if not self._receive():
                return None
        head, _, rest = self._received.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        while len(rest) < length:
            if not self._receive():
                return None
            rest = self._received.partition(b"\r\n\r\n")[2]
        self._received = rest[length:]
        self.number = self.server.note_request()
        return head + b"\r\n\r\n" + rest[:length]

    def _receive(self):
        part = self.stream.recv(65536)
        self._received += part
        return part

    def send(self, content):
        self.stream.sendall(content)

    def pause(self, seconds):
        """Makes a slow server slow; ends at once when the server is stopped."""
        if self.server.stopped.wait(seconds):
            raise ConnectionAbortedError

    def wait_for_close(self):
        """Sends nothing until the peer disconnects or the server is stopped."""
        while self.stream.recv(65536):
            pass

    def reset(self):
        """Closes the connection with a reset."""
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()


class Server:
    """Hands every connection to `script(connection)`, on a thread each. `wrap` secures a socket first (TLS)."""

    def __init__(self, script, wrap=None, family=socket.AF_INET):
        self._script = script
        self._wrap = wrap
        self._listener = socket.socket(family)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(256)
        self.port = self._listener.getsockname()[1]
        self._changed = threading.Condition()
        self.connections = 0
        self.requests = 0
        self.stopped = threading.Event()
        self._streams = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def url(self, path="/", scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    def note_request(self):
        """Counts a request and returns its number, from 1."""
        with self._changed:
            self.requests += 1
            self._changed.notify_all()
            return self.requests

    def wait_for_requests(self, count, within=20.0):
        """Returns once this many requests came; fails when they do not come in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.requests >= count, within * PATIENCE):
                raise AssertionError(f"{self.requests} requests came, expected {count}")

    def stop(self):
        with self._changed:
            if self.stopped.is_set():
                return
            self.stopped.set()
            streams = list(self._streams)
        for stream in [self._listener, *streams]:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(20 * PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                stream, _ = self._listener.accept()
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._changed:
                    if self.stopped.is_set():
                        stream.close()
                        return
                    self.connections += 1
                    self._streams.add(stream)
                    thread = threading.Thread(target=self._serve, args=(stream,), daemon=True)
                    self._threads.append(thread)
                thread.start()

    def _serve(self, stream):
        secured = stream
        with contextlib.suppress(OSError, ValueError):  # the peer is gone, or the server is being stopped
            if self._wrap:
                secured = self._wrap(stream)
                with self._changed:
                    self._streams.add(secured)
            self._script(Connection(self, secured))
        with contextlib.suppress(OSError):
            secured.close()
        with self._changed:
            self._streams -= {stream, secured}


def response(body=b"ok", status="200 OK", headers=()):
    """The bytes of a well-formed response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(content):
    """A script that answers every request with the same bytes and keeps the connection open."""
    def script(connection):
        while connection.read_request() is not None:
            connection.send(content)
    return script


def answering_once(content):
    """A script that answers the first request with these bytes, then closes."""
    def script(connection):
        if connection.read_request() is not None:
            connection.send(content)
    return script


def answering_then_silent(content):
    """A script that answers every request with these bytes and never closes."""
    def script(connection):
        if connection.read_request() is not None:
            connection.send(content)
        connection.wait_for_close()
    return script


def well_behaved():
    """A well-behaved server that counts requests."""
    return Server(answering(response()))


@contextlib.contextmanager
def refused_port():
    """A port that nobody listens on, reserved so that nobody else can use it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextlib.contextmanager
def full_backlog():
    """A port that listens but accepts no further connection: its backlog is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
