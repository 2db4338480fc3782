#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "config/yaml/document.h"
#include "load/request/request_template.h"
#include "tasks/grpc/health.h"
#include "tasks/grpc/legacy_options.h"
#include "tasks/grpc/messages.h"
#include "tasks/grpc/options.h"
#include "tasks/grpc/targets.h"
#include "tasks/grpc/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using namespace iter8::tasks::grpc;
using namespace std::string_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::Workbench;

namespace {

GrpcOptions legacy_load(const std::string& yaml, std::string* problems = nullptr) {
  config::Problems found("experiment.yaml", config::Strictness::lenient);
  const auto node = config::parse_document(yaml, found);
  REQUIRE(node);
  LegacyGrpcOptions options;
  const bool is_read = fields_of(&options).read(*node, found, options);
  INFO(found.to_text());
  CHECK(is_read);
  const GrpcOptions current = current_options(options, *node, found);
  if (problems) *problems = found.to_text();
  return current;
}

}  // namespace

TEST_CASE("an older load has the defaults that it always had") {
  const GrpcOptions load = legacy_load("{host: h:1, call: a.B.C}");
  CHECK(load.load.requests == 200);
  CHECK(load.concurrency == 50);
  CHECK(load.load.connections == 1);
  CHECK(load.load.arrival == load::Arrival::closed);
  CHECK(load.load.timeout == seconds(20));
  CHECK(load.connect_timeout == seconds(10));
  CHECK_FALSE(load.tls);
  CHECK_FALSE(load.load.duration);
  CHECK(plan_of(load).streams == 50);
}

TEST_CASE("an older duration takes the place of the total, a longest duration does not") {
  const GrpcOptions timed = legacy_load("{host: h:1, call: a.B.C, duration: 5s}");
  CHECK(timed.load.duration == seconds(5));
  CHECK_FALSE(timed.load.requests);
  CHECK(timed.load.pace.drain == load::Drain::cut);
  const GrpcOptions most = legacy_load("{host: h:1, call: a.B.C, duration: 5s, max-duration: 3s, total: 9}");
  CHECK(most.load.duration == seconds(3));
  CHECK(most.load.requests == 9);
  CHECK(legacy_load("{host: h:1, call: a.B.C, duration: 5s, duration-stop: wait}").load.pace.drain ==
        load::Drain::drain);
}

TEST_CASE("an older load speaks TLS only where the file says so") {
  CHECK_FALSE(legacy_load("{host: h:1, call: a.B.C, insecure: true, cacert: ca.pem}").tls);
  CHECK(legacy_load("{host: h:1, call: a.B.C, insecure: false}").tls);
  const GrpcOptions named =
      legacy_load("{host: h:1, call: a.B.C, cacert: ca.pem, cname: shop, skipTLS: true}");
  REQUIRE(named.tls);
  CHECK(named.tls->ca == "ca.pem");
  CHECK(named.tls->server_name == "shop");
  CHECK(named.tls->insecure);
}

TEST_CASE("older schedules of the rate become stages") {
  const GrpcOptions steps = legacy_load(
      "{host: h:1, call: a.B.C, load-schedule: step, load-start: 10, load-end: 30, load-step: 10, "
      "load-step-duration: 2s}");
  CHECK(steps.load.rate == 10.0);
  CHECK(steps.load.arrival == load::Arrival::constant);
  REQUIRE(steps.load.pace.stages.size() == 5);
  CHECK(steps.load.pace.stages[0].duration == seconds(2));
  CHECK(steps.load.pace.stages[0].rate == 10);
  CHECK(steps.load.pace.stages[1].rate == 20);
  CHECK(steps.load.pace.stages[3].rate == 30);
  CHECK(steps.load.pace.stages[4].duration > std::chrono::hours(1));
  const GrpcOptions line = legacy_load(
      "{host: h:1, call: a.B.C, load-schedule: line, load-start: 10, load-end: 30, load-step: 5}");
  REQUIRE(line.load.pace.stages.size() == 2);
  CHECK(line.load.pace.stages[0].duration == seconds(4));
  CHECK(line.load.pace.stages[0].rate == 30);
  config::Problems problems("experiment.yaml");
  LegacyGrpcOptions options;
  const auto node =
      config::parse_document("{host: h:1, call: a.B.C, load-schedule: step, load-step: 1}", problems);
  CHECK_FALSE(fields_of(&options).read(*node, problems, options));
  CHECK_THAT(problems.to_text(), Catch::Contains("load-schedule: step without load-step-duration"));
}

TEST_CASE("older schedules of the workers become steps, and the first calls do not count") {
  const GrpcOptions line = legacy_load(
      "{host: h:1, call: a.B.C, skipFirst: 10, concurrency-schedule: line, concurrency-start: 2, "
      "concurrency-step: 4, concurrency-end: 5}");
  CHECK(line.skip_first == 10);
  REQUIRE(line.concurrency_steps.size() == 4);
  CHECK(line.concurrency_steps[0].limit == 2);
  CHECK(line.concurrency_steps[1].at == milliseconds(250));
  CHECK(line.concurrency_steps[3].limit == 5);
  const GrpcOptions steps = legacy_load(
      "{host: h:1, call: a.B.C, concurrency-schedule: step, concurrency-start: 10, concurrency-step: 40, "
      "concurrency-step-duration: 3s, concurrency-max-duration: 7s}");
  REQUIRE(steps.concurrency_steps.size() == 3);
  CHECK(steps.concurrency_steps[2].at == seconds(6));
  CHECK(steps.concurrency_steps[2].limit == 90);
  CHECK(plan_of(steps).streams == 90);
}

TEST_CASE("a misspelt key of older files is a warning") {
  std::string problems;
  CHECK(legacy_load("{host: h:1, call: a.B.C, connect-timeeout: 3s}", &problems).connect_timeout ==
        seconds(3));
  CHECK_THAT(problems, Catch::Contains("connect-timeeout"));
}

TEST_CASE("placeholders of ghz are those of the engine") {
  CHECK(own_placeholders("a {{.RequestNumber}} {{ .UUID }} {{other}} {{.WorkerID}}") ==
        "a {{seq}} {{uuid}} {{other}} {{\x01worker}}");
}

TEST_CASE("placeholders that only the engine knows survive JSON") {
  config::Problems problems("experiment.yaml");
  const auto with = config::parse_document(
      "{call: a.B/C, data: {text: 'a {{.WorkerID}} {{ .RequestNumber }}'}, metadata: {x: '{{.Timestamp}}'}}",
      problems);
  const config::Node own = with_own_placeholders(*with);
  GrpcOptions options;
  REQUIRE(fields_of(&options).read(own, problems, options));
  CHECK(message_texts(options, ".").texts ==
        std::vector<std::string>{"{\"text\":\"a {{\x01worker}} {{seq}}\"}"});
  REQUIRE(options.metadata.size() == 1);
  CHECK(options.metadata[0].second.value.render(config::Value()) == load::RequestTemplate::kTime);
}

TEST_CASE("an endpoint has the fields of the task but for those that it sets, in whatever form") {
  config::Problems problems("experiment.yaml");
  const auto with =
      config::parse_document("{call: a.B/C, data: {x: 1}, qps: 3, endpoints: {e: {}}}", problems);
  const auto endpoint = config::parse_document("{dataFile: d.json, rps: 5}", problems);
  const config::Node merged = endpoint_with(*with, *endpoint);
  CHECK(merged.find("call"));
  CHECK_FALSE(merged.find("data"));
  CHECK_FALSE(merged.find("qps"));
  CHECK_FALSE(merged.find("endpoints"));
  CHECK(merged.find("dataFile"));
}

TEST_CASE("the request of a health check is known without a description") {
  CHECK(encode_health_request("{}").empty());
  CHECK(encode_health_request(R"({"service": "shop"})") == "\x0a\x04shop"s);
  CHECK(encode_health_request("{\"service\": \"" + std::string(200, 'x') + "\"}").substr(0, 3) ==
        "\x0a\xc8\x01"s);
  CHECK_THROWS_WITH(encode_health_request(R"({"name": "shop"})"), Catch::Contains("found 'name'"));
  CHECK_THROWS_AS(encode_health_request("[]"), base::Error);
}

TEST_CASE("a grpc task says what it would do, and what it measures") {
  Workbench bench({"stable", "candidate"});
  bench.set(0, "host", "10.0.0.1:80");
  bench.set(1, "url", "https://10.0.0.2");
  const auto task =
      bench.build(grpc_kind(),
                  "{call: grpc.health.v1.Health/Check, qps: 5, numRequests: 10, metadata: {x-a: "
                  "\"{{ .version.name }} {{seq}}\"}}");
  INFO(bench.problems());
  REQUIRE(task);
  const auto lines = task->plan(bench.versions);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] ==
        "grpc stable: grpc.health.v1.Health/Check at http://10.0.0.1: 10 requests at 5/s over 4 connections, "
        "100 calls at a time on each");
  CHECK(lines[1] == "  x-a: stable {{seq}}");
  CHECK_THAT(lines[2],
             Catch::StartsWith("grpc candidate: grpc.health.v1.Health/Check at https://10.0.0.2: "));
  const auto names = task->produces();
  CHECK(std::find(names.begin(), names.end(), "grpc/errors-unavailable") != names.end());
  CHECK(std::find(names.begin(), names.end(), "grpc/messages-sent") != names.end());
}

namespace {

/// A folder with a service of all kinds, and the problems of tasks that call it.
class Described {
 public:
  Described() {
    write("x.proto", R"(syntax = "proto3"; package x; message M { int32 a = 1; string s = 2; }
service Y { rpc U(M) returns (M); rpc S(M) returns (stream M); rpc C(stream M) returns (M); }
)");
    write("bad.proto", "syntax = \"proto3\"; message {");
    write("good.bin", "\x08\x01");
    write("bad.bin", "\xff\xff\xff");
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.path() / name) << content;
  }
  std::string problems(const std::string& yaml, bool is_older = false) const {
    Workbench bench;
    bench.directory = folder_.path();
    bench.build(is_older ? legacy_grpc_kind() : grpc_kind(), "host: h:1\n" + yaml);
    return bench.problems();
  }

 private:
  base::TemporaryFolder folder_{"iter8-grpc"};
};

}  // namespace

TEST_CASE("stream on a call that has no use for it is an error, and in older files a warning") {
  const Described service;
  const std::string unary = "call: x.Y/U\nproto: x.proto\n";
  for (const std::string field : {"count: 3", "interval: 1s", "duration: 2s"}) {
    const std::string problems = service.problems(unary + "stream:\n  " + field);
    CHECK_THAT(problems, Catch::Contains("stream." + field.substr(0, field.find(':')) +
                                         " has no meaning here: x.Y/U is unary"));
    CHECK_THAT(problems, Catch::Contains("5:"));
    CHECK_THAT(problems, !Catch::Contains("warning"));
  }
  CHECK_THAT(service.problems("call: x.Y/S\nproto: x.proto\nstream: {interval: 1s}"),
             Catch::Contains("x.Y/S streams messages of the server only"));
  CHECK(service.problems("call: x.Y/S\nproto: x.proto\nstream: {count: 3, duration: 1s}").empty());
  CHECK(service.problems("call: x.Y/C\nproto: x.proto\nstream: {count: 3, interval: 1s}").empty());
  CHECK(
      service.problems("proto: x.proto\nstream: {count: 3}\nendpoints: {a: {call: x.Y/U}, b: {call: x.Y/C}}")
          .empty());
  CHECK_THAT(service.problems("proto: x.proto\nendpoints: {a: {call: x.Y/U, stream: {count: 3}}}"),
             Catch::Contains("stream.count has no meaning here"));
  CHECK_THAT(service.problems(unary + "stream-call-count: 3", true),
             Catch::Contains("warning") && Catch::Contains("stream.count has no meaning here"));
}

TEST_CASE("problems of a description are found at it, and those of messages with what was expected") {
  const Described service;
  CHECK_THAT(service.problems("call: x.Y/U\nproto: bad.proto"),
             Catch::Contains("3:8") && Catch::Contains("bad.proto:1:"));
  CHECK_THAT(service.problems("call: x.Y/N\nproto: x.proto"), Catch::Contains("2:7"));
  const std::string unary = "call: x.Y/U\nproto: x.proto\n";
  for (const char* data : {"5", "text", "[5]"})
    CHECK_THAT(service.problems(unary + "data: " + data),
               Catch::Contains("4:7: error: data: expected a map"));
  CHECK_THAT(service.problems(unary + "binaryFile: bad.bin"),
             Catch::Contains("4:13: error: binaryFile bad.bin: its 3 bytes are not a message of type x.M"));
  CHECK(service.problems(unary + "binaryFile: good.bin").empty());
  CHECK_THAT(service.problems(unary + "binary-file: bad.bin", true), Catch::Contains("are not a message"));
  CHECK_THAT(service.problems(unary + "kind: unary"),
             Catch::Contains("4:7: error: both kind and proto; expected proto alone"));
}

TEST_CASE("the authority of calls is a host, with or without a port") {
  const Described service;
  const std::string unary = "call: x.Y/U\nproto: x.proto\n";
  for (const char* good : {"shop.test", "shop.test:443", "'[::1]:80'", "a%2Fb", "'{{row.host}}:80'"})
    CHECK_THAT(service.problems(unary + "authority: " + good), !Catch::Contains("authority:"));
  for (const char* bad : {"a b", "http://a", "a/b", "user@a", "'{{a b'"})
    CHECK_THAT(service.problems(unary + "authority: " + bad),
               Catch::Contains("4:12: error: authority: expected HOST or HOST:PORT"));
  CHECK_THAT(service.problems(unary + "authority: a b", true), Catch::Contains("warning"));
}

TEST_CASE("mistakes in a grpc task are found where they are") {
  const auto problems_of = [](const std::string& yaml) {
    Workbench bench;
    CHECK_FALSE(bench.build(grpc_kind(), yaml));
    return bench.problems();
  };
  CHECK_THAT(problems_of("{host: h:1}"), Catch::Contains("missing key 'call'"));
  CHECK_THAT(problems_of("{host: h:1, call: nothing}"), Catch::Contains("nothing"));
  CHECK_THAT(problems_of("{call: grpc.health.v1.Health/Check}"), Catch::Contains("no host"));
  CHECK_THAT(problems_of("{host: 'h h', call: grpc.health.v1.Health/Check}"), Catch::Contains("host 'h h'"));
  CHECK_THAT(problems_of("{host: h:1, call: grpc.health.v1.Health/Check, data: {name: x}}"),
             Catch::Contains("service"));
  CHECK_THAT(problems_of("{host: h:1, call: a.B/C, reflectMetadata: {'bad name': x}}"),
             Catch::Contains("1:") && Catch::Contains("'bad name' is not a name of metadata"));
  CHECK_THAT(problems_of("{host: h:1, call: a.B/C, kind: unary, data: {}}"), Catch::Contains("binaryFile"));
  CHECK_THAT(problems_of("{host: h:1, call: a.B/C, endpoints: {e: {endpoints: {}, qps: x}}}"),
             Catch::Contains("qps"));
}
