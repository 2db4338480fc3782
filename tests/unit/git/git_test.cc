#include <filesystem>

#include <catch2/catch.hpp>
#include <stdlib.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "git/repository.h"
#include "git/transfer.h"

using namespace iter8;
using namespace iter8::git;
using Catch::Contains;

namespace {

constexpr std::size_t kLimit = 1024 * 1024;

/// A folder with a repository that another program made: `remote`, whose branch main has two files.
class Scene {
 public:
  Scene() {
    std::string name = (std::filesystem::temp_directory_path() / "iter8-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    folder_ = name;
    run("git init -q --bare --initial-branch=main remote && git clone -q remote work 2>/dev/null && cd work "
        "&& "
        "mkdir prod && printf 'tag: v1\\n' > prod/values.yaml && printf '#!/bin/sh\\n' > run.sh && chmod +x "
        "run.sh && "
        "git add -A && git commit -q -m Begin && git push -q origin HEAD:main");
  }
  ~Scene() { std::filesystem::remove_all(folder_); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  std::string run(const std::string& script) const {
    const base::Completion done = base::run_process(
        {.arguments = {"/bin/sh", "-c", script},
         .environment = {"PATH=" + base::Environment::of_process().get("PATH").value_or(""),
                         "HOME=" + folder_.string(), "GIT_AUTHOR_NAME=T", "GIT_AUTHOR_EMAIL=t@example.com",
                         "GIT_COMMITTER_NAME=T", "GIT_COMMITTER_EMAIL=t@example.com"},
         .directory = folder_},
        {});
    INFO(done.errors);
    REQUIRE(done.code == 0);
    return std::string(base::trim(done.output));
  }
  Remote remote() const { return {.url = (folder_ / "remote").string()}; }
  std::filesystem::path local() const { return folder_ / "local"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("a branch is fetched, its files read, changed in one commit and pushed as another branch") {
  const Scene scene;
  Repository repository(scene.local());
  const RemoteRefs refs = fetch(scene.remote(), scene.local(), {""}, {});
  CHECK(refs.head_branch == "main");
  const std::string base = refs.branches.at("main");

  CHECK(repository.file(base, "prod/values.yaml", kLimit)->content == "tag: v1\n");
  CHECK(repository.file(base, "run.sh", kLimit)->is_executable);
  CHECK_FALSE(repository.file(base, "prod/other.yaml", kLimit));
  CHECK(repository.names(base, "prod") == std::vector<std::string>{"values.yaml"});
  CHECK(repository.names(base, "none").empty());
  CHECK_THROWS_WITH(repository.file(base, "prod", kLimit), Contains("not a regular file"));
  CHECK_THROWS_WITH(repository.file(base, "run.sh", 3), Contains("at most 3"));

  const std::string commit =
      repository.make_commit(base,
                             {{.path = "prod/values.yaml", .content = "tag: v2\n"},
                              {.path = "new/run.sh", .content = "x", .is_executable = true}},
                             "Promote\n\nBecause.\n", {"Robot", "robot@example.com"});
  CHECK(repository.commit(commit).message == "Promote\n\nBecause.\n");
  CHECK(repository.commit(commit).parents == std::vector{base});
  repository.set_reference("refs/iter8/proposal", commit);
  CHECK(push(scene.remote(), scene.local(), "refs/iter8/proposal", "iter8/x", std::nullopt, {}) ==
        Push::done);

  CHECK(scene.run("git -C remote rev-parse iter8/x") == commit);
  CHECK(scene.run("git -C remote show iter8/x:prod/values.yaml") == "tag: v2");
  CHECK(scene.run("git -C remote ls-tree iter8/x new/").substr(0, 6) == "100755");
  CHECK(scene.run("git -C remote log -1 --format='%an %ae' iter8/x") == "Robot robot@example.com");
  CHECK(scene.run("git -C remote fsck --strict 2>&1").find("error") == std::string::npos);
}

TEST_CASE("a branch that is not where it is expected is not overwritten") {
  const Scene scene;
  Repository repository(scene.local());
  const std::string base = fetch(scene.remote(), scene.local(), {"main"}, {}).branches.at("main");
  const std::string commit =
      repository.make_commit(base, {{.path = "a", .content = "x"}}, "A", {"R", "r@example.com"});
  repository.set_reference("refs/iter8/proposal", commit);

  CHECK(push(scene.remote(), scene.local(), "refs/iter8/proposal", "main", std::nullopt, {}) == Push::moved);
  CHECK(push(scene.remote(), scene.local(), "refs/iter8/proposal", "main", std::string(40, 'a'), {}) ==
        Push::moved);
  CHECK(scene.run("git -C remote rev-parse main") == base);
  CHECK(push(scene.remote(), scene.local(), "refs/iter8/proposal", "main", base, {}) == Push::done);
  CHECK(scene.run("git -C remote rev-parse main") == commit);
}

TEST_CASE("what cannot be reached says so, without the user and password of its URL") {
  const Scene scene;
  const Repository repository(scene.local());
  CHECK_THROWS_WITH(fetch({.url = "/nowhere/at/all"}, scene.local(), {"main"}, {}),
                    Contains("cannot fetch from"));
  CHECK_THROWS_WITH(fetch({.url = "https://me:secret@127.0.0.1:1/x.git"}, scene.local(), {"main"}, {}),
                    Contains("cannot fetch from https://127.0.0.1:1/x.git") && !Contains("secret"));
}
