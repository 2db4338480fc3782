#include <filesystem>
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <stdlib.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
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

  /// The ids of objects with these bytes in the local repository, whether they are well-formed or not.
  std::vector<std::string> add_objects(const std::string& type,
                                       const std::vector<std::string>& contents) const {
    for (std::size_t i = 0; i < contents.size(); ++i)
      base::write_file_atomically(folder_ / fmt::format("object-{:04}", i), contents[i]);
    const std::string ids = run("ls \"$PWD\"/object-* | git -C local hash-object -w --literally -t " + type +
                                " --stdin-paths && rm object-*");
    return base::split(ids, '\n');
  }

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

namespace {

/// The text and 150 versions of it in which a few bytes were changed, cut, doubled or put in.
std::vector<std::string> mutations(const std::string& text, std::mt19937& chance) {
  std::vector<std::string> all{text};
  while (all.size() < 150) {
    std::string one = text;
    for (std::size_t changes = 1 + chance() % 4; changes > 0 && !one.empty(); --changes) {
      const std::size_t at = chance() % one.size();
      switch (chance() % 4) {
        case 0:
          one[at] = static_cast<char>(chance());
          break;
        case 1:
          one.resize(at);
          break;
        case 2:
          one.insert(at, one.substr(at, 20));
          break;
        default:
          one.insert(at, chance() % 50, "\0\xff 9"[chance() % 4]);
      }
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::string bytes_of(const std::string& hexadecimal) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hexadecimal.substr(i, 2), nullptr, 16));
  return bytes;
}

/// Calls everything that reads objects. They may be errors, and nothing else.
void read_all(Repository& repository, const std::string& commit) {
  const auto attempt = [](const auto& action) {
    try {
      action();
    } catch (const base::Error&) {
    }
  };
  attempt([&] { repository.commit(commit); });
  attempt([&] { repository.file(commit, "prod/values.yaml", kLimit); });
  attempt([&] { repository.names(commit, ""); });
  attempt([&] { repository.names(commit, "prod"); });
  attempt([&] {
    repository.make_commit(commit, {{.path = "prod/values.yaml", .content = "x"}}, "m",
                           {"R", "r@example.com"});
  });
}

}  // namespace

TEST_CASE("objects of a repository that are not what they say are errors, and do not end the program") {
  const Scene scene;
  Repository repository(scene.local());
  const std::string base = fetch(scene.remote(), scene.local(), {""}, {}).branches.at("main");
  std::mt19937 chance(14);
  const auto content_of = [&scene](const std::string& type, const std::string& name) {
    scene.run("git -C local cat-file " + type + " " + name + " > content");
    return base::read_file(scene.local().parent_path() / "content", kLimit);
  };

  const std::string commit = content_of("commit", base);
  const std::string tree_id = scene.run("git -C local rev-parse " + base + "^{tree}");
  for (const std::string& id : scene.add_objects("commit", mutations(commit, chance)))
    read_all(repository, id);
  for (const std::string& path : {std::string(), std::string("prod")}) {
    const std::string tree = content_of("tree", base + ":" + path);
    std::vector<std::string> tops = scene.add_objects("tree", mutations(tree, chance));
    if (path == "prod") {
      for (std::string& top : tops) top = fmt::format("40000 prod{}{}", '\0', bytes_of(top));
      tops = scene.add_objects("tree", tops);
    }
    std::vector<std::string> commits;
    for (const std::string& top : tops) commits.push_back(base::replace_all(commit, tree_id, top));
    for (const std::string& id : scene.add_objects("commit", commits)) read_all(repository, id);
  }
  CHECK(repository.file(base, "prod/values.yaml", kLimit)->content == "tag: v1\n");
}

TEST_CASE("what is larger than such an object can be is refused before it is read") {
  const Scene scene;
  Repository repository(scene.local());
  const std::string base = fetch(scene.remote(), scene.local(), {""}, {}).branches.at("main");
  const auto large = [&scene](const std::string& type) {
    return scene.run("head -c 40000000 /dev/zero | git -C local hash-object -w --literally --stdin -t " +
                     type);
  };
  CHECK_THROWS_WITH(repository.commit(large("commit")),
                    Contains("it has 40000000 bytes, expected at most 33554432"));

  const std::string tree = large("tree");
  const std::string commit = scene.run("git -C local cat-file commit " + base);
  const std::string tree_id = scene.run("git -C local rev-parse " + base + "^{tree}");
  const auto commit_of = [&](const std::string& top) {
    return scene.add_objects("commit", {base::replace_all(commit, tree_id, top)}).front();
  };
  CHECK_THROWS_WITH(repository.names(commit_of(tree), ""), Contains("cannot read the folder " + tree));
  const std::string above =
      scene.add_objects("tree", {fmt::format("40000 prod{}{}", '\0', bytes_of(tree))}).front();
  CHECK_THROWS_WITH(repository.file(commit_of(above), "prod/x", kLimit), Contains("40000000 bytes"));
  CHECK_THROWS_WITH(repository.make_commit(commit_of(above), {{.path = "prod/x", .content = "x"}}, "m",
                                           {"R", "r@example.com"}),
                    Contains("40000000 bytes"));
}
