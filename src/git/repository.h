#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::git {

/// A file of a commit.
struct File {
  std::string content;
  bool is_executable = false;
};

/// A file as a new commit should have it.
struct Change {
  std::string path;
  std::string content;
  bool is_executable = false;
  bool is_new = false;  // the parent commit has no such path
};

struct Person {
  std::string name;
  std::string email;
};

struct CommitInfo {
  std::string message;
  std::vector<std::string> parents;  // commit ids
};

/// A bare repository in a folder of its own, for reading commits and making one; what goes over the network
/// is transfer.h. Commits are named by their 40 hexadecimal digits. Everything throws
/// base::Error. Not thread-safe.
class Repository {
 public:
  /// Makes an empty one.
  explicit Repository(const std::filesystem::path& folder);
  ~Repository();
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  CommitInfo commit(const std::string& id) const;

  /// Nothing when the commit has no such path. Throws for what is not a regular file (a folder, a link, a
  /// submodule) and for one of more than `limit` bytes.
  std::optional<File> file(const std::string& commit, const std::string& path, std::size_t limit) const;

  /// What a folder of the commit holds ("" = the top); empty when there is none.
  std::vector<std::string> names(const std::string& commit, const std::string& directory) const;

  /// A commit on top of `parent` that has these files; its id. The person is author and
  /// committer, the time is now.
  std::string make_commit(const std::string& parent, const std::vector<Change>& changes,
                          const std::string& message, const Person& person);

  /// Points a reference of this repository ("refs/iter8/proposal") at a commit.
  void set_reference(const std::string& name, const std::string& commit);

 private:
  struct State;
  std::filesystem::path folder_;
  std::unique_ptr<State> state_;
};

}  // namespace iter8::git
