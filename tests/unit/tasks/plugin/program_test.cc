// Scripts and plugins: the tasks that run other programs.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/plugin/task.h"
#include "tasks/run/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::ScratchDirectory;
using tests::Workbench;

namespace {

std::string quoted(const std::string& script) {
  return nlohmann::json(script).dump();
}

Outcome run_script(Workbench& bench, const std::string& script) {
  return bench.run(tasks::run::run_kind(), quoted(script));
}

/// A bench whose ITER8_TASK_PATH has the plugin x-shop with this script.
struct PluginBench {
  explicit PluginBench(const std::string& script) {
    directory.add_program("iter8-task-shop", "#!/bin/bash\n" + script);
    bench.environment.set("ITER8_TASK_PATH", directory.path().string());
    bench.directory = directory.path();
  }
  TaskKind kind() {
    auto context = bench.build_context();
    auto found = tasks::plugin::find_plugin("x-shop", context);
    REQUIRE(found);
    return *found;
  }
  Outcome run(const std::string& yaml = "{}") { return bench.run(kind(), yaml); }

  ScratchDirectory directory;
  Workbench bench{{"stable", "candidate"}};
};

const std::string kNoSchema = "[ \"$1\" = --describe ] && exit 1\n";

}  // namespace

TEST_CASE("a script that ends well is completed, its output logged") {
  Workbench bench;
  CHECK(run_script(bench, "echo hello; echo trouble >&2").message == "exit code 0");
  CHECK_THAT(bench.log(), Catch::Contains("hello") && Catch::Contains("trouble"));
}

TEST_CASE("a script sees the experiment in its environment and runs in its directory") {
  ScratchDirectory directory;
  Workbench bench({"stable", "candidate"});
  bench.directory = directory.path();
  bench.set(1, "url", "http://127.0.0.1:1");
  run_script(bench, "echo \"$PWD $ITER8_ITERATION $ITER8_VERSIONS $ITER8_RESULT dir=$TEMP_DIR\"");
  CHECK_THAT(bench.log(), Catch::Contains(directory.path().string() + " 1 "));
  CHECK_THAT(bench.log(),
             Catch::Contains(R"([{"name":"stable"},{"name":"candidate","url":"http://127.0.0.1:1"}])"));
  CHECK_THAT(bench.log(), Catch::Contains("/result.yaml dir=/"));
}

TEST_CASE("a script that fails fails the task with its code and last words") {
  Workbench bench;
  const auto task =
      bench.build(tasks::run::run_kind(), quoted("for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3"));
  CHECK_THROWS_WITH(bench.run(*task), Catch::Contains("exit code 3") && Catch::Contains("line 7") &&
                                          !Catch::Contains("line 1"));
  CHECK_THAT(bench.log(), Catch::Contains("line 1"));
}

TEST_CASE("a script's output is masked") {
  Workbench bench;
  bench.secrets->add("hunter22");
  const auto task = bench.build(tasks::run::run_kind(), quoted("echo pass=hunter22; exit 1"));
  CHECK_THROWS_WITH(bench.run(*task), Catch::Contains("pass=***"));
  CHECK_THAT(bench.log(), !Catch::Contains("hunter22"));
}

TEST_CASE("a script is stopped when the run is") {
  Workbench bench;
  bench.stop.request_stop();
  const auto task = bench.build(tasks::run::run_kind(), quoted("sleep 600"));
  CHECK_THROWS_WITH(bench.run(*task), Catch::Contains("stopped"));
}

TEST_CASE("an empty script is a mistake") {
  Workbench bench;
  CHECK_FALSE(bench.build(tasks::run::run_kind(), "\"  \""));
  CHECK_FALSE(bench.build(tasks::run::run_kind(), "[ls]"));
}

TEST_CASE("a plugin answers with metrics, a message and a verdict") {
  PluginBench plugin(kNoSchema + R"(cat > request.json
echo working >&2
echo '{"metrics": [{"name": "orders", "version": "stable", "kind": "gauge", "value": 3}],
       "message": "3 orders", "verdict": "pass"}')");
  const Outcome outcome = plugin.run("{orders: 3}");
  CHECK(outcome.message == "3 orders");
  CHECK(outcome.verdict == Verdict::pass);
  REQUIRE(outcome.observations.size() == 1);
  CHECK(outcome.observations[0].metric.name == "shop/orders");
  CHECK_THAT(plugin.bench.log(), Catch::Contains("x-shop: working"));
}

TEST_CASE("a plugin is given the protocol's document") {
  PluginBench plugin(kNoSchema +
                     R"(message=$(cat | tr '"' "'" | head -c 122); echo "{\"message\": \"$message\"}")");
  CHECK(
      plugin.run("{orders: 3}").message ==
      "{'protocol':1,'task':'x-shop','with':{'orders':3},'versions':[{'name':'stable'},{'name':'candidate'}],"
      "'iteration':1,'resul");
}

TEST_CASE("a plugin that fails shows the end of what it said") {
  PluginBench plugin(kNoSchema + "echo no connection >&2; exit 7");
  CHECK_THROWS_WITH(plugin.run(), "iter8-task-shop failed with exit code 7; it said: no connection");
}

TEST_CASE("a plugin that answers wrongly shows what is wrong and the end of what it said") {
  PluginBench plugin(kNoSchema + "echo hint >&2; echo '{\"mesage\": 1}'");
  CHECK_THROWS_WITH(plugin.run(), Catch::Contains("mesage: unknown key") && Catch::Contains("it said: hint"));
}

TEST_CASE("a plugin that is stopped says so") {
  PluginBench plugin(kNoSchema + "sleep 600");
  const auto task = plugin.bench.build(plugin.kind(), "{}");
  plugin.bench.stop.request_stop();
  CHECK_THROWS_WITH(plugin.bench.run(*task), Catch::Contains("was stopped before it answered"));
}

TEST_CASE("a plugin's own schema checks its options before anything runs") {
  PluginBench plugin(
      R"(echo '{"type": "object", "properties": {"orders": {"type": "integer"}}, "required": ["orders"]}')");
  plugin.bench.build(plugin.kind(), "{orders: many}");
  plugin.bench.build(plugin.kind(), "{}");
  CHECK_THAT(plugin.bench.problems(), Catch::Contains("1:10: error: expected integer, found text 'many'"));
  CHECK_THAT(plugin.bench.problems(), Catch::Contains("missing key 'orders'"));
}

TEST_CASE("a plugin that is asked for its schema sees no secrets") {
  PluginBench plugin(
      R"([ -n "$PATH" ] && [ "$PLAIN" = yes ] && [ -z "$API_TOKEN$MINE$URL" ] && exit 1; echo '{"required": ["leaked"]}')");
  for (const auto& [name, value] : {std::pair{"API_TOKEN", "tok-12345678"},
                                    {"MINE", "declared-value"},
                                    {"PLAIN", "yes"},
                                    {"URL", "http://me:password-1@host/"}})
    plugin.bench.environment.set(name, value);
  plugin.bench.secrets->add("declared-value");
  plugin.bench.secrets->add_user_infos("http://me:password-1@host/");
  CHECK(plugin.bench.build(plugin.kind(), "{}"));
  CHECK(plugin.bench.problems().empty());
}

TEST_CASE("a plugin is not run unless its description is asked for") {
  PluginBench plugin("touch \"$OLDPWD/ran\"; echo '{\"required\": [\"orders\"]}'");
  auto context = plugin.bench.build_context();
  context.descriptions = experiment::Descriptions::left_out;
  config::Node with;
  CHECK(plugin.kind().build(with, context));
  CHECK(plugin.bench.problems().empty());
}

TEST_CASE("a plugin that is not installed is a mistake in the file") {
  Workbench bench;
  auto context = bench.build_context();
  const auto kind = tasks::plugin::find_plugin("x-absent", context);
  REQUIRE(kind);
  CHECK_FALSE(bench.build(*kind, "{}"));
  CHECK_THAT(
      bench.problems(),
      Catch::Contains(
          "found no executable iter8-task-absent in ITER8_TASK_PATH, PATH or the experiment's folder"));
}

TEST_CASE("other names are not plugins") {
  Workbench bench;
  auto context = bench.build_context();
  CHECK_FALSE(tasks::plugin::find_plugin("http", context));
  CHECK_FALSE(tasks::plugin::find_plugin("x-", context));
  CHECK_FALSE(tasks::plugin::find_plugin("x-../../bin/sh", context));
}

TEST_CASE("a plugin is looked for beside the experiment, after ITER8_TASK_PATH and PATH") {
  ScratchDirectory experiment;
  ScratchDirectory installed;
  experiment.add_program("iter8-task-shop", "#!/bin/sh\necho '{}'\n");
  Workbench bench;
  bench.directory = experiment.path();
  const auto program = [&bench] {
    auto context = bench.build_context();
    const auto kind = tasks::plugin::find_plugin("x-shop", context);
    REQUIRE(kind);
    const auto task = bench.build(*kind, "{}");
    return task ? task->program() : std::filesystem::path();
  };
  CHECK(program() == experiment.path() / "iter8-task-shop");

  installed.add_program("iter8-task-shop", "#!/bin/sh\necho '{}'\n");
  bench.environment.set("PATH", installed.path().string());
  CHECK(program() == installed.path() / "iter8-task-shop");
}

TEST_CASE(
    "a plugin beside the experiment of somebody who is not trusted is not one, nor is a file that cannot "
    "run") {
  ScratchDirectory experiment;
  experiment.add_program("iter8-task-shop", "#!/bin/sh\n");
  Workbench bench;
  bench.directory = experiment.path();
  auto context = bench.build_context();
  context.has_own_plugins = false;
  const auto kind = tasks::plugin::find_plugin("x-shop", context);
  REQUIRE(kind);
  config::Node with;
  CHECK_FALSE(kind->build(with, context));
  CHECK_THAT(bench.problems(),
             Catch::Contains("found no executable iter8-task-shop in ITER8_TASK_PATH or PATH"));

  std::filesystem::permissions(experiment.path() / "iter8-task-shop", std::filesystem::perms::owner_read);
  auto trusted = bench.build_context();
  const auto again = tasks::plugin::find_plugin("x-shop", trusted);
  REQUIRE(again);
  CHECK_FALSE(bench.build(*again, "{}"));
  CHECK_THAT(bench.problems(),
             Catch::Contains("beside the experiment is not executable; chmod +x iter8-task-shop"));
}
