"""An ordinary ASGI server (uvicorn) with the application of tests/asgi, and nginx in front of it."""

import os
from pathlib import Path

from harness.daemons import free_port, serve, serve_nginx
from harness.program import stop_all

TESTS = Path(__file__).resolve().parents[1]
ENVIRONMENT = Path(os.environ.get("ITER8_ASGI") or TESTS.parent / "build/asgi")


def need():
    """Ends the test as skipped, with a message, if the server is not installed: it cannot run here."""
    if (ENVIRONMENT / "bin/uvicorn").is_file():
        return
    print("cannot run here: no uvicorn; ./dev install asgi brings it", flush=True)
    stop_all()
    os._exit(77)  # unittest would take SystemExit for an error of the test


class StreamServers:
    """uvicorn, and nginx in front of it with HTTP/1.1 and HTTP/2 in the clear: URLs of `direct`, `proxy` and `proxy_http2`."""

    def __init__(self, case, nginx):
        upstream, *ports = (free_port(), free_port(), free_port())
        serve(case, str(ENVIRONMENT / "bin/uvicorn"),
              ["--host", "127.0.0.1", "--port", str(upstream), "--timeout-graceful-shutdown", "1", "--log-level", "critical",
               "--app-dir", str(TESTS / "asgi"), "app:app"], upstream, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        self.direct, self.proxy, self.proxy_http2 = (f"http://127.0.0.1:{port}" for port in (upstream, *ports))
        if not nginx:
            return
        location = (f"proxy_pass http://127.0.0.1:{upstream}; proxy_buffering off; proxy_http_version 1.1; "
                    "proxy_set_header Connection \"\";")
        serve_nginx(case, ports[0], f"listen 127.0.0.1:{ports[0]}; listen 127.0.0.1:{ports[1]} http2; location / {{ {location} }}",
                    "proxy")
