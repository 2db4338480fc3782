"""Servers that take a forge's place and answer without end, too late or never: every task ends, and `finally` runs."""

import unittest

from harness.case import Case
from harness.servers import Server, response

TOKEN = "forge-test-token-0123"


def commenting(url, **options):
    """An experiment that comments on a pull request of this server within 3 s, and says whether `finally` ran."""
    comment = {"apiURL": url, "token": "${FORGE_TOKEN}", "repository": "acme/app", "pullRequest": 1}
    return {"tasks": [{"task": "comment", "timeout": "3s", "with": comment, **options}], "finally": [{"run": "touch ran"}]}


class EndlessForges(Case):
    def comment_on(self, script, **options):
        with Server(script) as server:
            finished = self.run_experiment(commenting(server.url(""), **options), environment={"FORGE_TOKEN": TOKEN}, within=40)
        self.assert_code(finished, 1)
        self.assertTrue((self.folder / "ran").exists(), finished.story())
        return finished, server.requests

    def answering(self, *answer):
        def script(connection):
            while connection.read_request():
                connection.send(response(*answer))
        return script

    def test_a_limit_that_is_over_at_once_is_waited_for_all_the_same(self):
        for status in ("403 Forbidden", "429 Too Many Requests"):
            for wait in ("0", "1", "Wed, 31 Dec 2025 23:00:00 GMT"):
                with self.subTest(status=status, wait=wait):
                    _, requests = self.comment_on(self.answering(b"{}", status, [f"Retry-After: {wait}"]))
                    self.assertLessEqual(requests, 12)

    def test_a_limit_beyond_all_time_is_not_waited_for(self):
        for header in ("Retry-After: 9223372036854775807", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT",
                       "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 9223372036854775807"):
            with self.subTest(header):
                finished, requests = self.comment_on(self.answering(b"{}", "403 Forbidden", [header]))
                self.assert_says(finished, "rate limit is used up for another 878[0-9]h")
                self.assertLessEqual(requests, 3)

    def test_limits_that_cannot_be_read_end_too(self):
        for header in ("Retry-After: -5", "Retry-After: 1e9", "Retry-After: nonsense", "Retry-After: 99999999999999999999999",
                       "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: -1"):
            with self.subTest(header):
                _, requests = self.comment_on(self.answering(b"{}", "429 Too Many Requests", [header]))
                self.assertLessEqual(requests, 12)

    def test_pages_without_end_are_left(self):
        for page in (b"[]", b'[{"id": 1, "body": "x", "user": {"login": "a"}}]'):
            with self.subTest(page):
                def script(connection, page=page):
                    while connection.read_request():
                        more = connection.server.url(f"/x?page={connection.number}")
                        connection.send(response(page, headers=[f'Link: <{more}>; rel="next"']))
                finished, requests = self.comment_on(script, timeout="30s")
                self.assert_says(finished, "more than 300 pages")
                self.assertEqual(requests, 300)

    def test_redirects_without_end_are_left(self):
        def script(connection):
            while connection.read_request():
                connection.send(response(b"", "302 Found", [f"Location: {connection.server.url(f'/{connection.number}')}"]))
        finished, requests = self.comment_on(script)
        self.assert_says(finished, "more than 5 redirects")
        self.assertLessEqual(requests, 6)


if __name__ == "__main__":
    unittest.main()
