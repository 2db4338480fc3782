"""A test that waits until a script of the experiment has come to some point: the script writes a line to the pipe `news`."""

import os
import select

from harness.case import Case
from harness.program import PATIENCE


class NewsCase(Case):

    def setUp(self):
        super().setUp()
        os.mkfifo(self.folder / "news")
        self.news = os.open(self.folder / "news", os.O_RDWR)
        self.addCleanup(os.close, self.news)

    def next_news(self, within=20):
        """The next line that a script wrote to the pipe."""
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self.news], [], [], within * PATIENCE)[0]:
                raise AssertionError("the script did not start in time")
            line += os.read(self.news, 1)
        return line.decode().strip()
