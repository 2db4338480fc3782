#include "web/jq_program.h"

#include <cmath>
#include <thread>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "web/jq_process.h"

using namespace iter8;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::vector<json> run(const std::string& expression, std::string_view document,
                      const web::JqLimits& limits = {}) {
  return web::JqProgram(expression).run(document, {}, limits);
}

}  // namespace

TEST_CASE("a jq program gives its outputs in order") {
  CHECK(run(".a[] | . * 2", R"({"a": [1, 2.5]})") == std::vector<json>{2.0, 5.0});
  CHECK(run("{x: .a, y: \"t\"}", R"({"a": null})") == std::vector<json>{{{"x", nullptr}, {"y", "t"}}});
  CHECK(run("empty", "{}").empty());
  CHECK(run(".data.result[0].value[1] | tonumber", R"({"data":{"result":[{"value":[1,"21.76"]}]}})") ==
        std::vector<json>{21.76});
}

TEST_CASE("a number that is not one stays so") {
  const std::vector<json> outputs = run("nan", "{}");
  REQUIRE(outputs.size() == 1);
  CHECK(std::isnan(outputs[0].get<double>()));
}

TEST_CASE("a program runs any number of times, by several threads") {
  const web::JqProgram program(".x");
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      const std::string document = "{\"x\": " + std::to_string(i) + "}";
      for (int k = 0; k < 50; ++k) good += program.run(document, {}) == std::vector<json>{double(i)};
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 200);
}

TEST_CASE("a wrong expression is refused with what jq says about it") {
  CHECK_THROWS_WITH(web::JqProgram(".a["), Catch::Contains("jq: syntax error, unexpected"));
  CHECK_THROWS_WITH(web::JqProgram("nosuch(1)"), Catch::Contains("nosuch/1 is not defined"));
}

TEST_CASE("what is not JSON is named") {
  CHECK_THROWS_WITH(run(".", "<html><body>Sign in</body></html>"),
                    Catch::Contains("expected JSON, found HTML: <html>"));
  CHECK_THROWS_WITH(run(".", R"({"a": [1, 2)"), Catch::Contains("expected JSON, found Unfinished"));
  CHECK_THROWS_WITH(run(".", "  "), Catch::Contains("found an empty answer"));
  CHECK_THROWS_WITH(run(".", std::string(1000, '{')), Catch::Contains("expected JSON"));
  CHECK_THROWS_WITH(run(".", std::string_view("\x00\xff\xfe", 3)),
                    Catch::Contains("expected JSON, found what is none"));
}

TEST_CASE("an error of the program is an error") {
  CHECK_THROWS_WITH(run(".a.b", R"({"a": 1})"), Catch::Contains("jq: Cannot index number"));
  CHECK_THROWS_WITH(run("error(\"mine\")", "{}"), Catch::Contains("jq: mine"));
}

TEST_CASE("a program without an end is stopped") {
  CHECK_THROWS_WITH(run("def f: f; f", "{}", {.time = 50ms}), Catch::Contains("no end after 50ms"));
  CHECK_THROWS_WITH(run("range(infinite)", "{}", {.time = 10s, .outputs = 10}),
                    Catch::Contains("more than 10 outputs"));
  CHECK_THROWS_WITH(run("[range(100)]", "{}", {.bytes = 100}), Catch::Contains("more than 100 bytes"));
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_WITH(web::JqProgram("def f: f; f").run("{}", source.get_token()), Catch::Contains("stopped"));
}

TEST_CASE("a program that was stopped runs again") {
  const web::JqProgram program("if . == 1 then def f: f; f else . end");
  CHECK_THROWS_AS(program.run("1", {}, {.time = 20ms}), base::Error);
  CHECK(program.run("2", {}) == std::vector<json>{2.0});
}

TEST_CASE("a program or document that libjq does not survive is an error, and the next one runs") {
  const std::string crash = "libjq crashed";
  CHECK_THROWS_WITH(run("todate", "1e18"), Catch::Contains(crash));
  CHECK_THROWS_WITH(run("[] | .[1e9] = 1 | length", "{}"), Catch::Contains(crash));
  CHECK_THROWS_WITH(run("reduce range(300000) as $i (1; [.]) | tojson | length", "{}"),
                    Catch::Contains(crash));
  CHECK(run(".x", R"({"x": 1})") == std::vector<json>{1.0});
}

TEST_CASE("a program that looks at no clock is stopped as well") {
  const std::string large = "(reduce range(40) as $i ([1]; [., .]))";
  for (const std::string& program : {large + " | tojson | length", large, large + " == " + large}) {
    CAPTURE(program);
    CHECK_THROWS_WITH(run(program, "{}", {.time = 300ms}),
                      Catch::Contains("no end after 300ms") || Catch::Contains("libjq crashed"));
  }
  std::stop_source source;
  std::jthread stopper([&source] { source.request_stop(); });
  CHECK_THROWS_WITH(web::JqProgram(large + " | tojson").run("{}", source.get_token()),
                    Catch::Contains("stopped"));
}

#ifndef ITER8_SANITIZED  // they map all memory beforehand
TEST_CASE("a program gets a limited amount of memory") {
  CHECK_THROWS_WITH(run("reduce range(40) as $i (\"x\"; . + .) | length", "{}"),
                    Catch::Contains("libjq crashed") && Catch::Contains("512 MiB"));
}
#endif

TEST_CASE(
    "a program sees no environment, no file and no other document, even if the rules would let it ask") {
  web::JqProcess& process = web::JqProcess::get();
  const auto ask = [&process](const std::string& program) { return process.run(program, "{}", {}, {}); };
  CHECK(ask("[env, $ENV] | map(length) | add") == std::vector<json>{0.0});
  CHECK(ask("$ENV | stderr | length") == std::vector<json>{0.0});
  CHECK(ask("halt").empty());
  for (const char* program : {"input", "[inputs]", "import \"a\" as a; .", "include \"a\"; ."}) {
    CAPTURE(program);
    std::vector<json> outputs;
    try {
      outputs = ask(program);
    } catch (const base::Error& error) {
      outputs = {json::array()};
      CHECK_THAT(error.what(), Catch::StartsWith("jq: "));
    }
    CHECK(outputs == std::vector<json>{json::array()});  // `[inputs]`: there are none
  }
  CHECK(ask("1") == std::vector<json>{1.0});
  CHECK_THROWS_WITH(run("$ENV.PATH", "{}"), Catch::Contains("'$ENV' reads the environment"));
}
