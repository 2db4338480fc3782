#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <httplib.h>

#include "experiment/metric/metric.h"
#include "tasks/metrics/legacy/substitution.h"
#include "tasks/metrics/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using experiment::Outcome;

namespace {

/// A backend that answers /query with what the test says, and remembers what it was asked.
struct LegacyScene : tests::Workbench {
  explicit LegacyScene(const std::vector<std::string>& names) : Workbench(names) {
    directory = scratch.path();
    result.start = base::SystemClock().wall() - std::chrono::seconds(90);
    port = server.bind_to_any_port("127.0.0.1");
    server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard lock(mutex);
      asked.push_back(request.path + "?" + request.get_param_value("query"));
      types.push_back(request.get_header_value("Content-Type") + request.get_header_value("Authorization"));
      response.set_content(request.path == "/spec" ? served_spec : answer, "application/json");
    });
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~LegacyScene() {
    server.stop();
    thread.join();
  }
  std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(scratch.path() / name) << content;
  }
  std::string refused(const std::string& yaml) {
    CHECK_FALSE(build(tasks::metrics::metrics_kind(), yaml));
    return problems();
  }

  tests::ScratchDirectory scratch;
  std::string answer = R"({"data": {"result": [{"value": [1, "21.76"]}]}})";
  std::string served_spec;
  std::vector<std::string> asked;
  std::vector<std::string> types;
  int port = 0;

 private:
  std::mutex mutex;
  httplib::Server server;
  std::thread thread;
};

/// Without the keys that are optional: description, params, units, method, headers, provider.
std::string spec(const std::string& url,
                 const std::string& query = "n{a=\\\"{{ .label }}\\\"}[{{ .elapsedTimeSeconds }}s]") {
  return "url: " + url +
         "/query\nmetrics:\n- name: orders\n  type: counter\n  params: [{name: query, value: \"" + query +
         "\"}]\n  jqExpression: .data.result[0].value[1]\n- name: visits\n  jqExpression: "
         ".data.result[0].value[1] | "
         "tonumber\n";
}

}  // namespace

TEST_CASE("metrics: a provider spec of older Iter8, for each version and without leaking") {
  LegacyScene scene({"0", "1"});
  scene.write("prom.tpl", spec(scene.url()));
  const auto task = scene.build(tasks::metrics::metrics_kind(), R"({templates: {istio: prom.tpl},
      values: {label: shared}, versionValues: [{label: own}, {}]})");
  INFO(scene.problems());
  REQUIRE(task);
  CHECK(task->named_versions() == 2);
  CHECK(task->produces() == std::vector<std::string>{"istio/*"});
  CHECK(scene.asked.empty());

  const Outcome outcome = scene.run(*task);
  CHECK_FALSE(outcome.failure);
  REQUIRE(outcome.observations.size() == 4);
  CHECK(outcome.observations[0].metric.name == "istio/orders");
  CHECK(outcome.observations[0].metric.kind == experiment::MetricKind::counter);
  CHECK(experiment::value_of(outcome.observations[0].data) == 21.76);
  std::ranges::sort(scene.asked);
  CHECK_THAT(scene.asked[2], Catch::StartsWith("/query?n{a=\"own\"}[9") && Catch::EndsWith("s]"));
  CHECK_THAT(scene.asked[3], Catch::StartsWith("/query?n{a=\"shared\"}["));
  CHECK(scene.types[0] == "application/json;charset=utf-8");
}

TEST_CASE("metrics: a provider spec from the web, and a starting time") {
  LegacyScene scene({"0"});
  scene.served_spec = spec(scene.url());
  const Outcome outcome = scene.run(tasks::metrics::metrics_kind(),
                                    "{templates: {p: '" + scene.url("/spec") +
                                        "'}, values: {label: x, startingTime: '2026-01-01T00:00:00Z'}}");
  REQUIRE(outcome.observations.size() == 2);
  CHECK(base::to_seconds(outcome.observations[0].window) > 3600);
}

TEST_CASE("metrics: older specs leave out what has no data, and fail for what is not an answer") {
  LegacyScene scene({"0"});
  scene.write("prom.tpl", spec(scene.url(), "x"));
  scene.answer = R"({"data": {"result": [{"value": [1, "NaN"]}]}})";
  const Outcome nothing = scene.run(tasks::metrics::metrics_kind(), "{templates: {p: prom.tpl}}");
  CHECK_FALSE(nothing.failure);
  CHECK(nothing.observations.empty());
  CHECK(nothing.warnings.at(0).code == "no-data");

  scene.answer = "<html>404</html>";
  const Outcome html = scene.run(tasks::metrics::metrics_kind(), "{templates: {p: prom.tpl}}");
  CHECK_THAT(html.failure.value(),
             Catch::Contains("p/orders (p): expected JSON, found HTML: <html>404</html>"));
}

TEST_CASE("metrics: a wrong provider spec is found when the file is loaded, where it can be") {
  LegacyScene scene({"0"});
  scene.write("bad.tpl", "url: x\n{{ if }}\n");
  scene.write("jq.tpl", "url: http://h/\nmetrics:\n- name: a\n  jqExpression: .a[\n");
  scene.write("key.tpl", "url: http://h/\nmetrics:\n- name: a\n");
  CHECK_THAT(scene.refused("{templates: {p: gone.tpl}}"),
             Catch::Contains("1:17: error: ") && Catch::Contains("gone.tpl"));
  CHECK_THAT(scene.refused("{templates: {p: bad.tpl}}"), Catch::Contains("bad.tpl:2:"));
  CHECK_THAT(scene.refused("{templates: {p: jq.tpl}}"),
             Catch::Contains("metric 'a', line 4: jq: syntax error"));
  CHECK_THAT(scene.refused("{templates: {p: key.tpl}}"), Catch::Contains("missing key 'jqExpression'"));
}

TEST_CASE("metrics: substitution of $name leaves what it does not know") {
  const tasks::metrics::legacy::Substitutes known = {{"name", "v1"}, {"x_2", "y"}};
  CHECK(tasks::metrics::legacy::substitute("$name-${x_2} $$5 $unknown ${name $ ${}", known) ==
        "v1-y $5 $unknown ${name $ ${}");
}

TEST_CASE("metrics: Metric resources of classic Iter8") {
  LegacyScene scene({"stable"});
  scene.set(0, "revision", "r1");
  scene.write("orders.yaml", R"(apiVersion: iter8.tools/v2alpha2
kind: Metric
metadata: {name: orders, namespace: shop}
spec:
  type: Counter
  provider: prometheus
  sampleSize: shop/visits
  params: [{name: query, value: 'sum(o{r="$revision",n="$name"}[${elapsedTime}s]) or $other'}]
  jqExpression: .data.result[0].value[1] | tonumber
  authType: Basic
  secret: prom
  urlTemplate: $url/query
)");
  scene.write("visits.yaml", R"(apiVersion: iter8.tools/v2alpha2
kind: Metric
metadata: {name: visits, namespace: shop}
spec: {type: Counter, mock: [{name: stable, level: 2}]}
)");
  const Outcome outcome = scene.run(tasks::metrics::metrics_kind(),
                                    "{resources: [orders.yaml, visits.yaml], secrets: {prom: {url: '" +
                                        scene.url() + "', username: u, password: sesame}}}");
  CHECK_FALSE(outcome.failure);
  REQUIRE(outcome.observations.size() == 2);
  CHECK(outcome.observations[0].metric.name == "shop/orders");
  CHECK(experiment::value_of(outcome.observations[0].data) == 21.76);
  CHECK(outcome.observations[0].samples >= 180);
  CHECK_THAT(scene.asked.at(0),
             Catch::StartsWith("/query?sum(o{r=\"r1\",n=\"stable\"}[9") && Catch::EndsWith("s]) or $other"));
  CHECK_THAT(scene.types.at(0), Catch::Contains("Basic dTpzZXNhbWU="));

  scene.write("wrong.yaml",
              "apiVersion: iter8.tools/v2alpha2\nkind: Metric\nmetadata: {name: a}\nspec: {type: Gauge2}\n");
  CHECK_THAT(scene.refused("{resources: [wrong.yaml]}"),
             Catch::Contains("wrong.yaml:4:") && Catch::Contains("did you mean 'Gauge'"));
}
