"""A run on terminals of several sizes: nothing wraps, the verdict is found, and nothing is left behind on the screen."""

import re
import unittest
import xml.etree.ElementTree as ElementTree

import terminal
from harness.case import Case
from harness.servers import Server, answering, response, well_behaved


def experiment(urls, load, slos):
    return {"name": "checkout", "versions": [{"name": name, "url": url} for name, url in urls.items()],
            "tasks": [{"task": "http", "with": load}, {"task": "assess", "with": {"slos": slos}}]}


SLOS = [{"metric": "http/error-rate", "upper": "1%"}, {"metric": "http/latency-p99", "upper": "5s"},
        {"metric": "http/latency-mean", "upper": "+900%"}]


class OnATerminal(Case):

    def run_at(self, columns, rows, command="iter8 run", environment=None):
        """The lines since the beginning, after the command has ended."""
        with terminal.Terminal(self.folder, columns, rows, environment) as window:
            window.type(f"{command}; echo exit=$?")
            window.wait_for(r"^exit=\d+$", within=60)
            self.screen = window.screen()
            return window.history().split("\n")

    def test_the_summary_fits_and_begins_with_the_verdict(self):
        with well_behaved() as good, Server(answering(response(status="404 Not Found"))) as bad:
            self.write("experiment.yaml", experiment({"stable": good.url(), "candidate": bad.url()},
                                                     {"duration": "2s", "qps": 50}, SLOS))
            for columns, rows in ((40, 60), (80, 24), (120, 40)):
                lines = self.run_at(columns, rows)
                text = "\n".join(lines)
                verdict = next(at for at, line in enumerate(lines) if line.startswith("✗ fail"))
                if columns >= 80 and "(degraded)" not in lines[verdict]:  # a busy machine needs lines of its own
                    self.assertLess(len(lines) - verdict, 24, text)
                table = [line for line in lines[verdict:] if re.match(r"[✓✗!?] ", line)]
                self.assertEqual(len(table), 7, text)          # the verdict, and three objectives of two versions
                self.assertTrue(all("%" in line or "msec" in line or "verdict" in line or line.startswith("✗ fail")
                                    for line in table), text)
                self.assertIn("exit=1", text)
                self.assertIn("\x1b[3", self.screen)           # colours

    def test_progress_is_redrawn_in_place_and_gone_at_the_end(self):
        with well_behaved() as good:
            self.write("experiment.yaml", experiment({"stable": good.url(), "candidate": good.url()},
                                                     {"duration": "3s", "qps": 50}, SLOS))
            with terminal.Terminal(self.folder, 80, 24) as window:
                window.type("iter8 run; echo exit=$?")
                window.wait_for(r"task 1/2 http  00:0\d, 00:0\d left")
                window.wait_for(r"^  stable +\d+ requests .* p50 .* p99 .* errors$")
                window.wait_for(r"^exit=[03]$")
                self.assertNotIn(" left", window.history())
                self.assertNotRegex(window.history(), r"(?m)^  stable +\d+ requests")

    def test_an_interrupted_run_leaves_the_terminal_as_it_was(self):
        with well_behaved() as good:
            self.write("experiment.yaml", experiment({"stable": good.url(), "candidate": good.url()},
                                                     {"duration": "60s", "qps": 20}, SLOS))
            with terminal.Terminal(self.folder, 80, 24) as window:
                window.type("iter8 run; echo exit=$?; stty -a | grep -o ' echo ' | head -1; echo shown")
                window.wait_for(r"^  candidate +\d+ requests")
                window.press("C-c")
                window.wait_for(r"^exit=130$", within=20)
                window.wait_for(r"^shown$")
                self.assertRegex(window.history(), r"\? error( \(degraded\))?: interrupted by SIGINT")
                self.assertNotRegex(window.history(), r"(?m)^  candidate +\d+ requests")

    def test_colours_and_signs_follow_the_environment(self):
        with well_behaved() as good:
            self.write("experiment.yaml", experiment({"a": good.url()}, {"duration": "2s", "qps": 50}, SLOS[:1]))
            self.run_at(80, 24, environment={"NO_COLOR": "1"})
            self.assertNotIn("\x1b[3", self.screen)
            lines = self.run_at(81, 24, environment={"LANG": "C"})
            self.assertTrue(any(line.startswith(("+ pass", "? inconclusive")) for line in lines), lines)

    def test_the_picture_of_a_screen_is_xml_with_its_text(self):
        picture = terminal.svg("\x1b[31m✗ fail\x1b[0m:  <b> & more\n\x1b[2mfaint\x1b[0m", 40, 3)
        root = ElementTree.fromstring(picture)
        texts = [(element.text, element.get("fill")) for element in root if element.tag.endswith("text")]
        self.assertEqual(texts, [("✗ fail", "#ff7b72"), (":", "#e6edf3"), ("<b> & more", "#e6edf3"), ("faint", "#8b949e")])


if __name__ == "__main__":
    terminal.need_tmux()
    unittest.main()
