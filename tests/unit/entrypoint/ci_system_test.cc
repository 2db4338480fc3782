#include <filesystem>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "entrypoint/ci/paths.h"
#include "entrypoint/ci/system.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

namespace fs = std::filesystem;

/// A folder that is gone at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("iter8-ci-" + std::to_string(::getpid()))) {
    fs::create_directory(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string detected(std::map<std::string, std::string> variables) {
  const base::Environment environment(std::move(variables));
  return std::string(ci::detect(environment)->name());
}

Result failed_objective() {
  Result result;
  result.versions = {"stable", "candidate"};
  result.num_tasks = result.num_completed_tasks = 1;
  result.declared_objectives = 1;
  result.assessment = Assessment{
      .verdict = Verdict::fail,
      .objectives = {{.metric = "http/error-rate",
                      .upper = 0.1,
                      .versions = {{.value = 0.0, .satisfied = true, .verdict = Verdict::pass},
                                   {.value = 0.5, .verdict = Verdict::fail, .reason = "0.5\nis above 0.1"}}}},
      .winner = Winner{.found = true, .version = 0, .best = {0}, .recommended = 0}};
  return result;
}

void publish(const base::Environment& environment, const Result& result) {
  const base::Secrets secrets;
  std::ostringstream out;
  ci::detect(environment)
      ->publish({.result = result, .findings = {}, .result_file = {}, .html_file = {}, .secrets = secrets},
                out);
}

}  // namespace

TEST_CASE("each system is known by its own variables, also inside Kubernetes") {
  CHECK(detected({}) == "shell");
  CHECK(detected({{"CI", "true"}, {"JENKINS_URL", "x"}}) == "shell");
  CHECK(detected({{"GITHUB_ACTIONS", "true"}, {"KUBERNETES_SERVICE_HOST", "10.0.0.1"}}) == "github");
  CHECK(detected({{"GITLAB_CI", "true"}, {"KUBERNETES_SERVICE_HOST", "10.0.0.1"}}) == "gitlab");
  CHECK(detected({{"ITER8_TEKTON_RESULTS", "/tekton/results/verdict"},
                  {"KUBERNETES_SERVICE_HOST", "10.0.0.1"}}) == "tekton");
  CHECK(detected({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}}) == "kubernetes");
}

TEST_CASE("Tekton gets one short file a result, without a newline") {
  const Folder folder;
  publish(base::Environment({{"ITER8_TEKTON_RESULTS", folder / "verdict"}}), failed_objective());

  const auto content = [&](const char* name) { return base::read_file(folder / name, 4096); };
  CHECK(content("verdict") == "fail");
  CHECK(content("slos") == "false");
  CHECK(content("winner") == "stable");
  CHECK(content("recommended") == "stable");
  CHECK(content("summary") == "fail: http/error-rate of candidate: 0.5\\nis above 0.1");
}

TEST_CASE("Tekton's results stay within their 4096 bytes whatever the texts are") {
  const Folder folder;
  Result result = failed_objective();
  result.versions = {std::string(3000, 'x'), std::string(5000, '\x01')};
  result.assessment->objectives[0].versions[1].reason = std::string(9000, '"');
  publish(base::Environment({{"ITER8_TEKTON_RESULTS", folder / "verdict"}}), result);

  std::uintmax_t size = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) size += fs::file_size(entry) * 2 + 60;
  CHECK(size < 2048);
}

TEST_CASE("a pod's termination message is the verdict in one line; a pod without such a file gets none") {
  const Folder folder;
  base::write_file_atomically(folder / "message", "");
  const base::Environment environment(
      {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"ITER8_TERMINATION_LOG", folder / "message"}});
  publish(environment, failed_objective());
  CHECK(base::read_file(folder / "message", 4096) ==
        "fail: http/error-rate of candidate: 0.5\\nis above 0.1\n");

  fs::remove(folder / "message");
  publish(environment, failed_objective());
  CHECK_FALSE(fs::exists(folder / "message"));
}

TEST_CASE("GitLab's sections carry a time and a name that is theirs alone") {
  const base::Environment environment(std::map<std::string, std::string>{{"GITLAB_CI", "true"}});
  const auto system = ci::detect(environment);
  const std::string begin = system->section_begin(3, "task 1/2 \x1b[31mhttp\r");

  CHECK_THAT(begin, Catch::Matches(
                        "\x1b\\[0Ksection_start:[0-9]+:iter8_task_3\\[collapsed=true\\]\r\x1b\\[0Ktask 1/2 "
                        "\\\\x1b\\[31mhttp\\\\r\n"));
  CHECK_THAT(system->section_end(3), Catch::Matches("\x1b\\[0Ksection_end:[0-9]+:iter8_task_3\r\x1b\\[0K\n"));
}

TEST_CASE("scripts of a GitHub step can use git in a checkout that belongs to another user") {
  const base::Environment environment(
      {{"GITHUB_ACTIONS", "true"}, {"GITHUB_WORKSPACE", "/github/workspace"}});
  base::Environment inner = environment;
  ci::detect(environment)->add_variables(inner);

  CHECK(inner.get("GIT_CONFIG_KEY_0") == "safe.directory");
  CHECK(inner.get("GIT_CONFIG_VALUE_0") == "/github/workspace");
}

TEST_CASE("paths are shown from the root of the checkout, others as they are") {
  CHECK(ci::path_from("/w", "/w/canary/../canary/e.yaml") == "canary/e.yaml");
  CHECK(ci::path_from("/w", "/elsewhere/e.yaml") == "/elsewhere/e.yaml");
  CHECK(ci::path_from("/w", "").empty());
}

TEST_CASE("what root made goes to the owner of the workspace, older files stay as they are") {
  if (::geteuid() != 0) return;  // only root can give files away
  const Folder folder;
  base::write_file_atomically(folder / "old", "");
  fs::create_directory(folder / ".git");
  REQUIRE(::chown(folder.path().c_str(), 12345, 12345) == 0);
  ci::give_new_files_to_owner(folder.path(), base::SystemClock().wall() + std::chrono::hours(1));
  struct stat status {};
  REQUIRE(::stat((folder / "old").c_str(), &status) == 0);
  CHECK(status.st_uid == 0);

  base::write_file_atomically(folder / ".git/config", "");
  ci::give_new_files_to_owner(folder.path(), base::SystemClock().wall() - std::chrono::hours(1));
  REQUIRE(::stat((folder / "old").c_str(), &status) == 0);
  CHECK(status.st_uid == 12345);
  REQUIRE(::stat((folder / ".git/config").c_str(), &status) == 0);
  CHECK(status.st_uid == 0);
}

TEST_CASE("a file that cannot be written is an error that names it") {
  CHECK_THROWS_WITH(ci::append_to_file("/nowhere/outputs", "a"), "/nowhere/outputs: cannot be written");
}
