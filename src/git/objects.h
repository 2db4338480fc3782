#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "git/handle.h"

namespace iter8::git {

// Objects of a repository that somebody else filled. What they hold is inflated only when their size, which
// stands before it, is one to expect: 3 MB of a pack can be 3 GB of zeros. Everything throws base::Error.

/// In bytes, without reading the object.
std::size_t object_size(git_repository* repository, const git_oid& id);

/// Of at most 32 MiB, like trees: a million files in one folder.
Handle<git_commit> commit_of(git_repository* repository, const std::string& id);
Handle<git_tree> tree_at(git_repository* repository, const git_oid& id);
Handle<git_tree> tree_of(git_repository* repository, const std::string& commit_id);

/// A file, folder, link or submodule of a tree.
struct Entry {
  git_oid id{};
  git_filemode_t mode{};
};

/// Nothing when there is no such path.
std::optional<Entry> entry_of(git_repository* repository, const git_tree* top, const std::string& path);

}  // namespace iter8::git
