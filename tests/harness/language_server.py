"""The YAML language server that editors run, spoken to as they do: JSON-RPC over its standard streams."""

import json
import queue
import subprocess
import threading

from harness import npm
from harness.program import PATIENCE

WITHIN = 60.0 * PATIENCE


class LanguageServer:
    """Started in a folder, without a way to the catalogue of schemas on the network."""

    def __init__(self, case, settings=None):
        npm.need("yaml-language-server")
        self.settings = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "completion": True, "hover": True}
                                 | (settings or {})}
        self.folder = case.folder
        self.process = subprocess.Popen(["node", npm.MODULES / "yaml-language-server/bin/yaml-language-server", "--stdio"],
                                        cwd=case.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        case.addCleanup(self.stop)
        self.messages = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.last = 0
        self.request("initialize", {"processId": None, "rootUri": case.folder.as_uri(), "capabilities": {
            "workspace": {"configuration": True}}, "workspaceFolders": [{"uri": case.folder.as_uri(), "name": "x"}]})
        self.send({"method": "initialized", "params": {}})
        self.send({"method": "workspace/didChangeConfiguration", "params": {"settings": self.settings}})

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def read(self):
        try:
            while True:
                length = 0
                while line := self.process.stdout.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                if not length:
                    return self.messages.put(None)
                self.messages.put(json.loads(self.process.stdout.read(length)))
        except ValueError:  # closed
            self.messages.put(None)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def wait_for(self, wanted):
        """The first message that is wanted; the server's own questions are answered meanwhile."""
        while True:
            message = self.messages.get(timeout=WITHIN)
            if message is None:
                raise AssertionError("the language server ended")
            if "method" in message and "id" in message:
                asked = [item.get("section") for item in message.get("params", {}).get("items", [])]
                self.send({"id": message["id"], "result": [self.settings.get(section) for section in asked] or None})
            if wanted(message):
                return message

    def request(self, method, params):
        self.last += 1
        number = self.last
        self.send({"id": number, "method": method, "params": params})
        return self.wait_for(lambda message: message.get("id") == number and "method" not in message).get("result")

    def open(self, name, text):
        """What the server says against the document, as (line from 1, text)."""
        uri = (self.folder / name).as_uri()
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": uri, "languageId": "yaml", "version": 1, "text": text}}})
        told = self.wait_for(lambda message: message.get("method") == "textDocument/publishDiagnostics"
                             and message["params"]["uri"] == uri)
        return [(each["range"]["start"]["line"] + 1, each["message"]) for each in told["params"]["diagnostics"]]

    def at(self, method, name, line, column):
        return self.request("textDocument/" + method, {"textDocument": {"uri": (self.folder / name).as_uri()},
                                                       "position": {"line": line - 1, "character": column - 1}})
