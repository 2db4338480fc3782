"""What the tests of the task `metrics` share."""

from harness.case import Case

VERSIONS = [{"name": "stable"}, {"name": "candidate"}]


class MetricsCase(Case):
    def experiment(self, options, versions=VERSIONS):
        return {"versions": versions, "tasks": [{"task": "metrics", "with": options}]}

    def measure(self, options, versions=VERSIONS, **more):
        """Runs one metrics task with these options."""
        return self.run_experiment(self.experiment(options, versions), **more)

    def metric(self, name):
        metrics = self.result().get("insights", {}).get("metrics", {})
        self.assertIn(name, metrics, self.result()["tasks"])
        return metrics[name]

    def value(self, name, version):
        return self.metric(name)["values"][version]

    def observation(self, name, version):
        return [each for each in self.metric(name)["observations"] if each["version"] == version][-1]
