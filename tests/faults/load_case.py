"""Load on a hostile server, and the counts that must add up afterwards."""

from harness.case import Case

REQUESTS = 10
IMPATIENT = "400ms"
CLASSES = ("resolve", "connect", "tls", "timeout", "reset", "early-close", "malformed", "refused", "stream",
           "proxy", "expect", "status")


def experiment(url, **options):
    """Ten quick requests, which may all fail, and one objective that a single failure breaks. The timeout is one that a busy machine does
    not reach; use IMPATIENT to get timeouts."""
    load = {"url": url, "numRequests": REQUESTS, "qps": 500, "connections": 2, "timeout": "20s",
            "allowAllFailed": True, **options}
    load = {key: value for key, value in load.items() if value is not None}
    return {"tasks": [{"task": "http", "with": load},
                      {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": 0}]}}]}


class LoadCase(Case):
    """The required outcome of every run against a bad server: run exits 0 without its gate, the errors are counted, assert
    exits 1."""

    def load(self, url, environment=None, **options):
        finished = self.run_experiment(experiment(url, **options), "--no-gate", environment=environment)
        self.assert_code(finished, 0)
        self.assert_books_balance(options.get("numRequests", REQUESTS))
        return finished

    def metric(self, name, version=0):
        """The latest value, or None where there is none."""
        metric = self.result()["insights"]["metrics"].get(name)
        return metric["values"][version] if metric else None

    def metrics_below(self, prefix):
        names = [name for name in self.result()["insights"]["metrics"] if name.startswith(prefix)]
        return {name.removeprefix(prefix): self.metric(name) for name in names if self.metric(name)}

    def errors(self):
        """Failed requests by class."""
        return self.metrics_below("http/errors-")

    def assert_books_balance(self, requests):
        """Every request that was sent is accounted for once: answered, or failed in one class."""
        self.assertEqual(self.metric("http/request-count"), requests)
        errors = self.errors()
        self.assertLessEqual(set(errors), set(CLASSES))
        self.assertEqual(self.metric("http/error-count"), sum(errors.values()), errors)
        answered = sum(self.metrics_below("http/status-").values())
        unanswered = sum(count for name, count in errors.items() if name not in ("status", "expect"))
        self.assertEqual(answered + unanswered, requests, f"{answered} answered, errors {errors}")
        if requests:
            self.assertAlmostEqual(self.metric("http/error-rate"), sum(errors.values()) / requests)

    def assert_all_fail(self, url, *classes, **options):
        """Every request fails, in one of these classes, and every command says so."""
        finished = self.load(url, **options)
        errors = self.errors()
        self.assertEqual(sum(errors.values()), options.get("numRequests", REQUESTS), errors)
        self.assertLessEqual(set(errors), set(classes), f"{errors}{finished.story()}")
        self.assertEqual(self.metric("http/error-rate"), 1)
        report = self.iter8("report")
        self.assert_code(report, 0)
        for name in errors:
            self.assertIn(name, report.out, report.story())
        self.assert_objectives(unmet=True)
        return finished

    def assert_none_fail(self, url, **options):
        finished = self.load(url, **options)
        self.assertEqual(self.errors(), {}, finished.story())
        self.assert_objectives(unmet=False)
        return finished

    def assert_objectives(self, unmet):
        self.assert_code(self.iter8("assert", "-c", "slos"), 1 if unmet else 0)
