#include "base/process.h"

#include <csignal>
#include <thread>

#include <catch2/catch.hpp>

#include "base/environment.h"
#include "base/error.h"

using namespace iter8::base;
using namespace std::chrono_literals;

namespace {

Command shell(std::string script) {
  return {.arguments = {"/bin/sh", "-c", std::move(script)},
          .environment = {"PATH=/usr/bin:/bin", "NAME=value"}};
}

}  // namespace

TEST_CASE("a child's output, errors and exit status come back") {
  const Completion done = run_process(shell("echo out; echo err >&2; exit 7"), {});
  CHECK(done.end == Completion::End::exited);
  CHECK(done.code == 7);
  CHECK(done.output == "out\n");
  CHECK(done.errors == "err\n");
}

TEST_CASE("a child gets its input, environment and directory") {
  Command command = shell("cat; echo $NAME; pwd");
  command.input = std::string(300'000, 'x') + "\n";
  command.directory = "/";
  const Completion done = run_process(command, {});
  CHECK(done.output == command.input + "value\n/\n");
}

TEST_CASE("a child that does not read its input is not an error") {
  Command command = shell("exec <&-; echo done");
  command.input = std::string(1'000'000, 'x');
  CHECK(run_process(command, {}).output == "done\n");
}

TEST_CASE("of a long output the last bytes are kept") {
  Command command = shell("head -c 5000000 /dev/zero | tr '\\0' a; echo end");
  command.output_limit = 1000;
  const Completion done = run_process(command, {});
  CHECK(done.output_cut);
  CHECK(done.output.size() == 1000);
  CHECK(done.output.substr(994) == "aaend\n");
}

TEST_CASE("a signal that ended the child is told apart") {
  const Completion done = run_process(shell("kill -9 $$"), {});
  CHECK(done.end == Completion::End::signalled);
  CHECK(done.code == 9);
}

TEST_CASE("a stop ends the child and its children") {
  std::stop_source source;
  const std::jthread stopper([&source] { source.request_stop(); });
  const auto begin = std::chrono::steady_clock::now();
  const Completion done = run_process(shell("sleep 1000 & sleep 1000"), source.get_token());
  CHECK(done.end == Completion::End::stopped);
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
}

TEST_CASE("a child that ignores SIGTERM is killed after the grace") {
  std::stop_source source;
  source.request_stop();
  const Completion done = run_process(shell("trap '' TERM; while :; do :; done"), source.get_token(), 100ms);
  CHECK(done.end == Completion::End::stopped);
}

TEST_CASE("a grandchild that keeps the output open is not waited for") {
  const auto begin = std::chrono::steady_clock::now();
  const Completion done = run_process(shell("sleep 60 & echo $!"), {});
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  const pid_t grandchild = std::stoi(done.output);
  CHECK(::kill(grandchild, SIGKILL) == 0);
}

TEST_CASE("a program that is not there is an error that names it") {
  CHECK_THROWS_WITH(run_process({.arguments = {"no-such-program"}}, {}),
                    Catch::Contains("'no-such-program'"));
  CHECK_FALSE(find_executable("no-such-program", "/bin:/usr/bin").has_value());
  CHECK(find_executable("sh", "/nowhere:/bin") == "/bin/sh");
}

TEST_CASE("the environment is a value") {
  Environment environment({{"A", "1"}, {"EMPTY", ""}});
  CHECK(environment.get("A") == "1");
  CHECK_FALSE(environment.get("B").has_value());
  CHECK_FALSE(environment.has("EMPTY"));
  CHECK(environment.entries() == std::vector<std::string>{"A=1", "EMPTY="});
}
