#include "git/objects.h"

#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::git {

namespace {

constexpr std::size_t kLargestObject = std::size_t{32} << 20;

void check_size(git_repository* repository, const git_oid& id, const char* what) {
  const std::size_t size = object_size(repository, id);
  if (size > kLargestObject)
    throw base::Error(fmt::format("cannot read the {} {}: it has {} bytes, expected at most {}", what,
                                  hex_of(id), size, kLargestObject));
}

}  // namespace

std::size_t object_size(git_repository* repository, const git_oid& id) {
  const Library& git = Library::get();
  const auto objects = make_handle<git_odb>(git.git_odb_free, "read the repository", [&](git_odb** found) {
    return git.git_repository_odb(found, repository);
  });
  std::size_t size = 0;
  git_object_t type{};
  git.check(git.git_odb_read_header(&size, &type, objects.get(), &id), "read the object " + hex_of(id));
  return size;
}

Handle<git_commit> commit_of(git_repository* repository, const std::string& id) {
  const Library& git = Library::get();
  const git_oid oid = oid_of(id);
  check_size(repository, oid, "commit");
  return make_handle<git_commit>(git.git_commit_free, "read commit " + id, [&](git_commit** commit) {
    return git.git_commit_lookup(commit, repository, &oid);
  });
}

Handle<git_tree> tree_at(git_repository* repository, const git_oid& id) {
  const Library& git = Library::get();
  check_size(repository, id, "folder");
  return make_handle<git_tree>(git.git_tree_free, "read the folder " + hex_of(id),
                               [&](git_tree** tree) { return git.git_tree_lookup(tree, repository, &id); });
}

Handle<git_tree> tree_of(git_repository* repository, const std::string& commit_id) {
  const auto commit = commit_of(repository, commit_id);
  return tree_at(repository, *Library::get().git_commit_tree_id(commit.get()));
}

std::optional<Entry> entry_of(git_repository* repository, const git_tree* top, const std::string& path) {
  const Library& git = Library::get();
  Handle<git_tree> folder(nullptr, git.git_tree_free);
  const git_tree* tree = top;
  std::optional<Entry> found;
  for (const std::string& name : base::split(path, '/')) {
    if (found) {
      if (found->mode != GIT_FILEMODE_TREE) return std::nullopt;
      folder = tree_at(repository, found->id);
      tree = folder.get();
    }
    const git_tree_entry* entry = git.git_tree_entry_byname(tree, name.c_str());
    if (entry == nullptr) return std::nullopt;
    found = Entry{.id = *git.git_tree_entry_id(entry), .mode = git.git_tree_entry_filemode(entry)};
  }
  return found;
}

}  // namespace iter8::git
