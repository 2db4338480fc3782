#include <algorithm>
#include <fstream>

#include <catch2/catch.hpp>

#include "tasks/http/options.h"
#include "tasks/http/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::ScratchDirectory;
using tests::Workbench;

namespace {

std::vector<std::string> plan_of(Workbench& bench, const std::string& yaml) {
  const auto task = bench.build(tasks::http::http_kind(), yaml);
  INFO(bench.problems());
  REQUIRE(task);
  return task->plan(bench.versions);
}

std::string plan_text(Workbench& bench, const std::string& yaml) {
  std::string text;
  for (const std::string& line : plan_of(bench, yaml)) text += line + "\n";
  return text;
}

std::string problems_of(const std::string& yaml) {
  Workbench bench;
  CHECK_FALSE(bench.build(tasks::http::http_kind(), yaml));
  return bench.problems();
}

}  // namespace

TEST_CASE("the defaults are those of older versions") {
  Workbench bench;
  CHECK(plan_of(bench, "{url: \"http://h/\"}")[0] ==
        "http 0: GET http://h/: 100 requests at 8/s over 4 connections");
  CHECK(plan_of(bench, "{url: \"http://h/\", duration: 5s}")[0] ==
        "http 0: GET http://h/: requests for 5s at 8/s over 4 connections");
}

TEST_CASE("each version is loaded at its own url") {
  Workbench bench({"stable", "candidate"});
  bench.set(0, "url", "http://h:1");
  bench.set(1, "url", "http://h:2/base");
  const std::string expected =
      "http candidate: GET http://h:2/base: 100 requests at 8/s over 4 connections\n";
  CHECK_THAT(plan_text(bench, "{}"), Catch::Contains(expected));
  CHECK_THAT(plan_text(bench, "{url: \"{{ .version.url }}\"}"), Catch::Contains(expected));
  CHECK_THAT(plan_text(bench, "path: /order?n=1"), Catch::Contains("GET http://h:2/order?n=1:"));
  CHECK_THAT(plan_text(bench, "{path: order}"), Catch::Contains("GET http://h:2/base/order:"));
}

TEST_CASE("headers may be templates, and a version's own win") {
  Workbench bench({"stable", "candidate"});
  const std::string plan =
      plan_text(bench,
                "versionInfo: [{url: \"http://h:1\"}, {url: \"http://h:2\", headers: {X-A: two}}]\n"
                "headers: {x-a: one, x-b: \"{{ .version.name }}\"}\n");
  CHECK_THAT(plan, Catch::Contains("x-a: one") && Catch::Contains("X-A: two"));
  CHECK_THAT(plan, Catch::Contains("x-b: stable") && Catch::Contains("x-b: candidate"));
}

TEST_CASE("versionInfo counts versions, and a null one is not loaded") {
  Workbench bench({"0", "1"});
  const auto task = bench.build(tasks::http::http_kind(), "versionInfo: [null, {url: \"http://h\"}]");
  REQUIRE(task);
  CHECK(task->named_versions() == 2);
  CHECK_THAT(task->plan(bench.versions)[0], Catch::StartsWith("http 1: GET http://h/"));
}

TEST_CASE("a payload or content type makes it a POST") {
  Workbench bench;
  CHECK_THAT(plan_text(bench, "{url: \"http://h\", payloadStr: abc}"),
             Catch::Contains("POST / HTTP/1.1") &&
                 Catch::Contains("Content-Type: application/octet-stream") &&
                 Catch::Contains("Content-Length: 3"));
  CHECK_THAT(plan_text(bench, "{url: \"http://h\", contentType: text/plain}"),
             Catch::Contains("POST") && Catch::Contains("Content-Length: 0"));
  CHECK_THAT(
      plan_text(bench, "{url: \"http://h\", payloadStr: abc, method: PUT, headers: {content-type: a/b}}"),
      Catch::Contains("PUT") && !Catch::Contains("octet-stream"));
}

TEST_CASE("endpoints inherit what they do not set and report under their own name") {
  Workbench bench;
  const auto task = bench.build(tasks::http::http_kind(),
                                "url: http://h/base\n"
                                "qps: 20\n"
                                "payloadFile: /dev/null\n"
                                "endpoints:\n"
                                "  cart: {path: /cart, payloadStr: abc}\n"
                                "  home: {url: \"http://other/\", numRequests: 7, method: GET}\n");
  INFO(bench.problems());
  REQUIRE(task);
  std::string plan;
  for (const std::string& line : task->plan(bench.versions)) plan += line + "\n";
  CHECK_THAT(plan, Catch::Contains("http-cart 0: POST http://h/cart: 100 requests at 20/s"));
  CHECK_THAT(plan, Catch::Contains("Content-Length: 3"));
  CHECK_THAT(plan, Catch::Contains("http-home 0: GET http://other/: 7 requests at 20/s"));
  CHECK(plan.find("http-cart") < plan.find("http-home"));

  const auto names = task->produces();
  CHECK(std::find(names.begin(), names.end(), "http-cart/latency-p99.9") != names.end());
  CHECK(std::find(names.begin(), names.end(), "http/request-count") == names.end());
}

TEST_CASE("given percentiles are reported beside the usual ones") {
  tasks::http::HttpOptions options;
  options.load.percentiles = {97.5, 99};
  CHECK(tasks::percentiles_of(options.load) == std::vector<double>{97.5, 99, 50, 75, 90, 95, 99.9});
}

TEST_CASE("a warm-up produces no metrics") {
  Workbench bench;
  CHECK(bench.build(tasks::http::http_kind(), "{url: \"http://h\", warmup: true}")->produces().empty());
}

TEST_CASE("what a stream produces depends on what is looked up in its events") {
  const auto produces = [](const std::string& stream, const std::string& metric) {
    Workbench bench;
    const auto task = bench.build(tasks::http::http_kind(), "{url: \"http://h\", stream: " + stream + "}");
    INFO(bench.problems());
    REQUIRE(task);
    const std::vector<std::string> names = task->produces();
    return std::find(names.begin(), names.end(), metric) != names.end();
  };
  for (const char* metric :
       {"http/ttfb", "http/ttft", "http/inter-event-p99", "http/events", "http/event-rate-mean"})
    CHECK(produces("chunks", metric));
  CHECK_FALSE(produces("chunks", "http/inter-token"));
  CHECK(produces("{format: sse, content: .a}", "http/inter-token"));
  CHECK_FALSE(produces("{format: sse, content: .a}", "http/token-rate"));
  CHECK(produces("{format: sse, tokens: .n, done: .end}", "http/token-rate"));
  CHECK(produces("{format: ndjson, tokens: .n, done: end}", "http/time-per-output-token-p50"));
}

TEST_CASE("wrong options of http are reported with what was expected") {
  const auto [yaml, problem] = GENERATE(values<std::pair<std::string, std::string>>({
      {"{}", "no url"},
      {"{url: \"http://\"}", "url 'http://'"},
      {"{url: \"http://h:99999\"}", "url 'http://h:99999'"},
      {"{url: \"ftp://h\"}", "url 'ftp://h'"},
      {"{url: \"http://h\", qps: -1}", "arrival: closed"},
      {"{url: \"http://h\", qps: 0}", "must be more than 0"},
      {"{url: \"http://h\", qps: 1e12}", "at most"},
      {"{url: \"http://h\", qps: many}", "expected a number"},
      {"{url: \"http://h\", numRequests: 0}", "numRequests"},
      {"{url: \"http://h\", connections: 0}", "connections"},
      {"{url: \"http://h\", duration: 5}", "duration"},
      {"{url: \"http://h\", duration: 0s}", "duration"},
      {"{url: \"http://h\", timeout: 2h}", "at most 1h"},
      {"{url: \"http://h\", percentiles: [101]}", "from 0 to 100"},
      {"{url: \"http://h\", errorRanges: [{}]}", "error range without lower and upper"},
      {"{url: \"http://h\", errorRanges: [{lower: 500, upper: 400}]}", "above its upper end"},
      {"{url: \"http://h\", method: \"GE T\"}", "HTTP method"},
      {"{url: \"http://h\", headers: {\"a b\": c}}", "a b"},
      {"{url: \"http://h\", headers: {a: \"c\\nd\"}}", "control character"},
      {"{url: \"http://h\", conections: 3}", "did you mean 'connections'?"},
      {"{url: \"http://h\", arrival: random}", "random"},
      {"{url: \"http://h\", tls: {cert: a.pem}}", "both cert and key"},
      {"{url: \"https://h\", tls: {ca: /absent.pem}}", "found no file /absent.pem"},
      {"{url: \"http://h\", payloadURL: \"ftp://x\"}", "payloadURL"},
      {"{url: \"http://h\", payloadFile: absent.dat}", "does not exist"},
      {"{url: \"http://h\", versionInfo: [{url: \"http://h\"}]}", "both url and versionInfo"},
      {"{versionInfo: [null]}", "no version is loaded"},
      {"{versionInfo: [{url: \"http://h\"}, {url: \"http://h\"}]}", "versionInfo names 2 versions"},
      {"{url: \"{{ .version.url }}\"}", "url"},
      {"{url: \"http://h\", stages: []}", "stages without a stage"},
      {"{url: \"http://h\", stages: [{duration: 5s, qps: 0}]}", "stages that send nothing"},
      {"{url: \"http://h\", stages: [{duration: 5s}]}", "missing key 'qps'"},
      {"{url: \"http://h\", stages: [{duration: -5s, qps: 1}]}", "must not be negative"},
      {"{url: \"http://h\", arrival: closed, stages: [{duration: 5s, qps: 1}]}", "stages has no meaning"},
      {"{url: \"http://h\", arrival: closed, queue: 5}", "queue has no meaning with arrival: closed"},
      {"{url: \"http://h\", arrival: closed, maxConnections: 9}", "maxConnections has no meaning"},
      {"{url: \"http://h\", maxConnections: 3}", "maxConnections is less than connections (4)"},
      {"{url: \"http://h\", thinkTime: 1s}", "thinkTime needs arrival: closed"},
      {"{url: \"http://h\", arrival: closed, thinkTime: 2s, thinkTimeMax: 1s}", "thinkTimeMax is less"},
      {"{url: \"http://h\", trace: absent.csv}", "trace: "},
      {"{url: \"http://h\", trace: a, stages: [{duration: 5s, qps: 1}]}", "both stages and trace"},
      {"{url: \"http://h\", trace: a, qps: 3}", "both qps and trace"},
      {"{url: \"http://h\", trace: a, arrival: poisson}", "arrival: poisson does, too"},
      {"{url: \"http://h\", precision: low}", "precision"},
      {"{url: \"http://h\", drain: stop}", "drain"},
      {"{url: \"http://h\", stopWhen: errors > 3}", "no number 'errors'"},
      {"{url: \"http://h\", errorBudget: -1}", "errorBudget"},
      {"{url: \"http://h\", stream: json}", "sse"},
      {"{url: \"http://h\", stream: {content: .a}}", "missing key 'format'"},
      {"{url: \"http://h\", stream: {format: sse, content: a}}", "expected a path of keys and indices"},
      {"{url: \"http://h\", stream: {format: sse, done: \".a[\"}}", "stream.done '.a[': expected a path"},
      {"{url: \"http://h\", stream: {format: sse, eventTimeout: 2h}}", "must be from 0 to 1h"},
      {"{url: \"http://h\", stream: {format: sse, eventLimit: 10}}", "eventLimit"},
      {"{url: \"http://h\", stream: sse, compression: true}", "expected compression: false"},
      {"{url: \"http://h\", endpoints: {a/b: {}}}", "without spaces and slashes"},
      {"{url: \"http://h\", endpoints: {a: {qps: x}}}", "expected a number"},
      {"{url: \"http://h\", endpoints: {a: {endpoints: {b: {}}}}}", "endpoints of its own"},
  }));
  INFO(yaml);
  CHECK_THAT(problems_of(yaml), Catch::Contains(problem));
}

TEST_CASE("a load that changes and ends by itself is planned as it was asked for") {
  Workbench bench;
  const std::string plan = plan_of(bench,
                                   "url: \"http://h/\"\n"
                                   "connections: 8\n"
                                   "maxConnections: 500\n"
                                   "stages: [{duration: 10s, qps: 100}, {duration: 1m, qps: 100}]\n"
                                   "stopWhen: error-rate > 0.5 and request-count >= 100\n")[0];
  CHECK(plan ==
        "http 0: GET http://h/: requests from 0/s to 100/s in 10s to 100/s in 1m over 8 connections (at most "
        "500), until error-rate > 0.5 and request-count >= 100");
}

TEST_CASE("what works but may not be meant is a warning") {
  const auto [yaml, problem] = GENERATE(values<std::pair<std::string, std::string>>({
      {"{url: \"http://h\", arrival: closed, qps: 5}", "qps has no meaning"},
      {"{url: \"http://h\", payloadStr: a, payloadFile: /dev/null}", "payloadFile wins"},

      {"{url: \"http://h\"}", "the very same requests"},
  }));
  INFO(yaml);
  Workbench bench({"stable", "candidate"});
  CHECK(bench.build(tasks::http::http_kind(), yaml));
  CHECK_THAT(bench.problems(), Catch::Contains("warning: ") && Catch::Contains(problem));
}

TEST_CASE("credentials of a url are masked") {
  Workbench bench;
  const auto task = bench.build(tasks::http::http_kind(), "{url: \"http://me:hunter22@h/\"}");
  REQUIRE(task);
  std::string plan;
  for (const std::string& line : task->plan(bench.versions)) plan += line + "\n";
  CHECK_THAT(plan, Catch::Contains("Authorization: Basic "));
  CHECK_THAT(bench.secrets->mask(plan), Catch::Contains("Authorization: Basic ***"));
  CHECK_THAT(bench.secrets->mask("password hunter22"), !Catch::Contains("hunter22"));
}
