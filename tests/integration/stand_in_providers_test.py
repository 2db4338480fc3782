"""Metric providers whose backends do not run here, against fake servers (stand_ins.py says what that proves)."""

import json
import subprocess
import unittest

import stand_ins
from harness.case import Case
from stand_ins import StandIn

VERSIONS = [{"name": "stable"}, {"name": "candidate"}]


class ProviderCase(Case):

    def read(self, metric, environment=None, **options):
        """Runs one metrics task with one metric."""
        return self.run_experiment({"versions": VERSIONS, "tasks": [
            {"task": "metrics", "with": {**options, "metrics": [{"name": "m", **metric}]}}]}, environment=environment)

    def assert_values(self, finished, stand_in, provider):
        self.assertEqual(stand_in.problems, [], finished.story())
        self.assert_code(finished, 0)
        self.assertEqual(self.result()["insights"]["metrics"][f"{provider}/m"]["values"],
                         list(stand_ins.VALUES.values()), finished.story())

    def assert_hidden(self, finished, *secrets):
        written = finished.text + (self.folder / "result.yaml").read_text()
        for secret in secrets:
            self.assertNotIn(secret, written)


class Datadog(ProviderCase):
    keys = {"provider": "datadog", "apiKey": "${DD_API_KEY}", "applicationKey": "${DD_APP_KEY}"}
    environment = {"DD_API_KEY": "key-a", "DD_APP_KEY": "key-b"}

    def test_the_last_complete_point_of_a_series_counts(self):
        server = StandIn(self, stand_ins.datadog_v1)
        finished = self.read({"query": "sum:shop.orders{version:{{ .version.name }}}"}, self.environment,
                             url=server.url, **self.keys)
        self.assert_values(finished, server, "datadog")

    def test_one_scalar_query_gives_the_numbers_of_all_versions(self):
        server = StandIn(self, stand_ins.datadog_v2)
        finished = self.read({"query": "sum:shop.orders{*} by {version}", "aggregator": "sum"}, self.environment,
                             url=server.url, api="v2", versionLabel="version", **self.keys)
        self.assert_values(finished, server, "datadog")
        self.assertEqual(len(server.calls), 1)

    def test_a_wrong_key_is_named_as_such_and_not_shown(self):
        server = StandIn(self, stand_ins.datadog_v1)
        finished = self.read({"query": "sum:shop.orders{version:{{ .version.name }}}"},
                             {**self.environment, "DD_APP_KEY": "wrong-key-123"}, url=server.url, **self.keys)
        self.assert_code(finished, 1)
        self.assert_says(finished, "datadog/m.*403")
        self.assert_hidden(finished, "wrong-key-123")

    def test_keys_are_needed_before_anything_runs(self):
        finished = self.read({"query": "avg:x{*}"}, provider="datadog")
        self.assert_refused(finished, "missing key 'apiKey'", "missing key 'applicationKey'")


class NewRelic(ProviderCase):
    keys = {"provider": "newrelic", "account": 42, "apiKey": "${NEW_RELIC_API_KEY}"}
    environment = {"NEW_RELIC_API_KEY": "NRAK-secret"}

    def test_nrql_is_asked_for_each_version(self):
        server = StandIn(self, stand_ins.newrelic)
        query = "SELECT average(duration) FROM Transaction WHERE version = '{{ .version.name }}'"
        finished = self.read({"query": query}, self.environment, url=server.url + "/graphql", **self.keys)
        self.assert_values(finished, server, "newrelic")

    def test_facets_tell_versions_apart(self):
        server = StandIn(self, stand_ins.newrelic)
        finished = self.read({"query": "SELECT average(duration) FROM Transaction FACET version"}, self.environment,
                             url=server.url + "/graphql", versionLabel="version", **self.keys)
        self.assert_values(finished, server, "newrelic")

    def test_an_error_inside_a_200_is_an_error(self):
        server = StandIn(self, stand_ins.newrelic)
        finished = self.read({"query": "SELECT count(*) FROM Nothing"}, self.environment, url=server.url + "/graphql",
                             **self.keys)
        self.assert_code(finished, 1)
        self.assert_says(finished, "newrelic/m.*New Relic says: NRQL Syntax Error")
        self.assert_hidden(finished, "NRAK-secret")


class OtherBackends(ProviderCase):

    def test_dynatrace_gives_one_number_for_the_window(self):
        server = StandIn(self, stand_ins.dynatrace)
        finished = self.read({"query": "shop.orders:filter(eq(version,{{ .version.name }})):sum"}, {"DT": "dt0c01.secret"},
                             provider="dynatrace", url=server.url, token="${DT}")
        self.assert_values(finished, server, "dynatrace")
        self.assert_says(finished, "deprecated key")
        self.assert_hidden(finished, "dt0c01.secret")

    def test_elasticsearch_and_opensearch_give_what_jq_selects(self):
        query = json.dumps({"size": 0, "query": {"term": {"version": "VERSION"}},
                            "aggs": {"price": {"avg": {"field": "price"}}}}).replace("VERSION", "{{ .version.name }}")
        for provider in ("elasticsearch", "opensearch"):
            with self.subTest(provider=provider):
                server = StandIn(self, stand_ins.elasticsearch)
                finished = self.read({"index": "shop-2026", "query": query, "jq": ".aggregations.price.value"},
                                     {"KEY": "ZWxhc3RpYw=="}, provider=provider, url=server.url, apiKey="${KEY}")
                self.assert_values(finished, server, provider)

    def test_a_search_that_failed_on_a_shard_is_no_number(self):
        server = StandIn(self, stand_ins.elasticsearch)
        query = '{"size": 0, "track_total_hits": false, "query": {"term": {"version": "{{ .version.name }}"}}}'
        finished = self.read({"index": "shop-2026", "query": query}, {"KEY": "ZWxhc3RpYw=="}, provider="elasticsearch",
                             url=server.url, apiKey="${KEY}")
        self.assert_code(finished, 1)
        self.assert_says(finished, "elasticsearch/m.*candidate.*failed on 1 shards")

    def test_splunk_rows_are_told_apart_by_a_field(self):
        server = StandIn(self, stand_ins.splunk)
        finished = self.read({"query": "index=shop | stats sum(orders) as orders by version"}, {"TOKEN": "splunk-secret"},
                             provider="splunk", url=server.url, auth={"bearer": "${TOKEN}"}, versionLabel="version")
        self.assert_values(finished, server, "splunk")

    def test_loki_counts_lines(self):
        server = StandIn(self, stand_ins.loki)
        finished = self.read({"query": 'sum(count_over_time({app="{{ .version.name }}"}[{{ .window }}]))'}, provider="loki",
                             url=server.url, tenant="shop")
        self.assert_values(finished, server, "loki")

    def test_loki_log_lines_are_no_number(self):
        server = StandIn(self, stand_ins.loki)
        finished = self.read({"query": '{app="{{ .version.name }}"}'}, provider="loki", url=server.url, tenant="shop")
        self.assert_code(finished, 1)
        self.assert_says(finished, "loki/m.*log lines")

    def test_skywalking_evaluates_an_expression_for_a_service(self):
        server = StandIn(self, stand_ins.skywalking)
        metric = {"query": "avg(service_resp_time)", "service": "{{ .version.name }}"}
        finished = self.read(metric, provider="skywalking", url=server.url)
        self.assert_values(finished, server, "skywalking")

        finished = self.read({**metric, "query": "avg(nothing)"}, provider="skywalking", url=server.url)
        self.assert_code(finished, 1)
        self.assert_says(finished, "skywalking/m.*SkyWalking says: no such metric")


class Cloudwatch(ProviderCase):
    environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "aws+secret/key", "AWS_REGION": "eu-west-1"}
    metric = {"namespace": "Shop", "metric": "Orders", "dimensions": {"Version": "{{ .version.name }}"}, "stat": "Sum"}

    def test_a_metric_is_asked_with_a_signature_that_a_second_implementation_accepts(self):
        server = StandIn(self, stand_ins.cloudwatch)
        finished = self.read(self.metric, self.environment, provider="cloudwatch", url=server.url)
        self.assert_values(finished, server, "cloudwatch")
        self.assert_says(finished, "a part of the data only")
        self.assert_hidden(finished, "aws+secret/key")

    def test_an_expression_is_asked_with_the_credentials_of_a_profile(self):
        server = StandIn(self, stand_ins.cloudwatch)
        self.write("aws/credentials", "[default]\naws_access_key_id = NONE\naws_secret_access_key = none\n"
                                      "[shop]\naws_access_key_id = AKIDSHOP\naws_secret_access_key = aws+secret/key\n"
                                      "aws_session_token = session-token-1\n")
        query = "SELECT SUM(Orders) FROM Shop WHERE Version = '{{ .version.name }}'"
        finished = self.read({"query": query}, {"AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "aws/credentials")},
                             provider="cloudwatch", url=server.url, region="eu-west-1", profile="shop")
        self.assert_values(finished, server, "cloudwatch")
        self.assertEqual(server.calls[0].headers["x-amz-security-token"], "session-token-1")
        self.assert_hidden(finished, "session-token-1")

    def test_a_wrong_secret_is_refused(self):
        server = StandIn(self, stand_ins.cloudwatch)
        finished = self.read(self.metric, {**self.environment, "AWS_SECRET_ACCESS_KEY": "another-secret"},
                             provider="cloudwatch", url=server.url)
        self.assert_code(finished, 1)
        self.assert_says(finished, "cloudwatch/m.*403")
        self.assert_hidden(finished, "another-secret")

    def test_missing_credentials_are_found_before_anything_runs(self):
        finished = self.read(self.metric, {"AWS_REGION": "eu-west-1"}, provider="cloudwatch")
        self.assert_refused(finished, "no AWS credentials")


class Google(ProviderCase):

    def account(self, url):
        """The key file of a service account with a new key, and the file of its public half."""
        private, public = self.folder / "private.pem", self.folder / "public.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private],
                       check=True, timeout=60, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, timeout=20)
        self.write("account.json", json.dumps({
            "type": "service_account", "client_email": "iter8@shop-1.example", "private_key_id": "key-1",
            "private_key": private.read_text(), "token_uri": url + "/token"}))
        return public

    def test_a_service_account_gets_a_token_and_asks_in_promql(self):
        server = StandIn(self, None)
        server.answer = stand_ins.GoogleCloud(self.folder, self.account(server.url))
        finished = self.read({"query": 'sum(orders{version="{{ .version.name }}"})'}, provider="gcp", url=server.url,
                             project="shop-1", credentials="account.json")
        self.assert_values(finished, server, "gcp")
        self.assertEqual(server.answer.tokens, 1)
        self.assert_hidden(finished, "ya29.token")

    def test_a_file_that_is_no_account_is_found_before_anything_runs(self):
        self.write("account.json", '{"type": "authorized_user"}')
        finished = self.read({"query": "x"}, provider="gcp", project="shop-1", credentials="account.json")
        self.assert_refused(finished, "account.json is not a key file of a service account")


if __name__ == "__main__":
    unittest.main()
