"""Editors check and complete experiments by the schema, wired in as docs/experiment.md says."""

import json
import re
import unittest
from pathlib import Path

from harness.case import Case
from harness.language_server import LanguageServer

DOCS = (Path(__file__).resolve().parents[2] / "docs/experiment.md").read_text()

GOOD = """x-load: &load {numRequests: 500, qps: 100}
tasks:
  - task: http
    with: {<<: *load, url: "http://127.0.0.1:8080", resolveEvery: 5s}
  - task: assess
    with:
      slos: [{metric: http/error-rate, upper: 1%}]
"""


class Editor(Case):

    def setUp(self):
        super().setUp()
        self.write("iter8.schema.json", self.iter8("schema").out)

    def modeline(self):
        line = re.search(r"^# yaml-language-server: \$schema=\S+$", DOCS, re.MULTILINE)
        self.assertTrue(line, "docs/experiment.md shows no modeline")
        return line[0] + "\n"

    def settings(self):
        block = re.search(r'^```json\n(\{\n  "yaml\.schemas".*?)^```$', DOCS, re.MULTILINE | re.DOTALL)
        self.assertTrue(block, "docs/experiment.md shows no settings")
        return json.loads(block[1])["yaml.schemas"]

    def test_the_modeline_wires_the_schema_in(self):
        server = LanguageServer(self)
        self.assertEqual(server.open("good.yaml", self.modeline() + GOOD), [])
        [(line, message)] = server.open("bad.yaml", self.modeline() + GOOD.replace("numRequests: 500, ", "").replace("url:", "ulr:"))
        self.assertEqual(line, 5)
        self.assertIn("ulr", message)
        [(line, message)] = server.open("unit.yaml", self.modeline() + GOOD.replace("5s", "5"))
        self.assertEqual(line, 5)

    def test_the_settings_wire_the_schema_in(self):
        server = LanguageServer(self, {"schemas": self.settings()})
        self.assertEqual(server.open("experiment.yaml", GOOD), [])
        [(line, message)] = server.open("canary.iter8.yaml", GOOD.replace("upper:", "uper:"))
        self.assertEqual(line, 7)
        self.assertIn("uper", message)
        self.assertEqual(server.open("values.yaml", "anything: goes\n"), [])

    def test_fields_are_explained_and_completed(self):
        server = LanguageServer(self)
        text = self.modeline() + "tasks:\n  - task: http\n    with:\n      qps: 5\n      \n"
        server.open("experiment.yaml", text)
        self.assertIn("Requests per second", json.dumps(server.at("hover", "experiment.yaml", 5, 8)))
        offered = server.at("completion", "experiment.yaml", 6, 7)
        names = {item["label"] for item in (offered["items"] if isinstance(offered, dict) else offered)}
        self.assertLessEqual({"connections", "numRequests", "url"}, names)


if __name__ == "__main__":
    unittest.main()
