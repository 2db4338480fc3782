"""An HTTP server that receives notifications: it keeps every request and responds as a function says."""

import http.server
import json
import threading
from dataclasses import dataclass

from harness.program import PATIENCE


@dataclass(frozen=True)
class Told:
    method: str
    path: str
    headers: dict  # names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """Ends with `case`. `answer(told)` returns (status, headers, body); the default is an empty 200."""

    def __init__(self, case, answer=None):
        self.told = []
        self._answer = answer or (lambda told: (200, {}, b""))
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        case.addCleanup(self.stop)

    def url(self, path="/hook"):
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def take(self, told):
        with self._lock:
            self.told.append(told)
            return self._answer(told)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def handler_for(receiver):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30 * PATIENCE

        def do_any(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, content = receiver.take(Told(self.command, self.path, headers, body))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_any

        def log_message(self, *_):
            pass

    return Handler
