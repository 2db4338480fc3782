#include "git/repository.h"

#include <memory>

#include <fmt/format.h>

#include "git/handle.h"

namespace iter8::git {

struct Repository::State {
  Handle<git_repository> repository;
};

namespace {

Handle<git_commit> commit_of(git_repository* repository, const std::string& id) {
  const Library& git = Library::get();
  const git_oid oid = oid_of(id);
  return make_handle<git_commit>(git.git_commit_free, "read commit " + id, [&](git_commit** commit) {
    return git.git_commit_lookup(commit, repository, &oid);
  });
}

Handle<git_tree> tree_of(git_repository* repository, const std::string& commit_id) {
  const Library& git = Library::get();
  const auto commit = commit_of(repository, commit_id);
  return make_handle<git_tree>(git.git_tree_free, "read the files of commit " + commit_id,
                               [&](git_tree** tree) { return git.git_commit_tree(tree, commit.get()); });
}

/// Null when there is no such path.
Handle<git_tree_entry> entry_of(const git_tree* tree, const std::string& path) {
  const Library& git = Library::get();
  git_tree_entry* entry = nullptr;
  const int code = git.git_tree_entry_bypath(&entry, tree, path.c_str());
  if (code != GIT_ENOTFOUND) git.check(code, "look for " + path);
  return {entry, git.git_tree_entry_free};
}

Handle<git_blob> blob_of(git_repository* repository, const git_tree_entry* entry) {
  const Library& git = Library::get();
  return make_handle<git_blob>(git.git_blob_free, "read a file", [&](git_blob** blob) {
    return git.git_blob_lookup(blob, repository, git.git_tree_entry_id(entry));
  });
}

Handle<git_signature> signature_of(const Person& person) {
  const Library& git = Library::get();
  return make_handle<git_signature>(
      git.git_signature_free, "use the author " + person.name + " <" + person.email + ">",
      [&](git_signature** made_one) {
        return git.git_signature_now(made_one, person.name.c_str(), person.email.c_str());
      });
}

git_oid tree_with(git_repository* repository, git_tree* base, const std::vector<Change>& changes) {
  const Library& git = Library::get();
  std::vector<git_tree_update> updates;
  for (const Change& change : changes) {
    git_tree_update update{.action = GIT_TREE_UPDATE_UPSERT, .path = change.path.c_str()};
    update.filemode = change.is_executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
    git.check(
        git.git_blob_create_from_buffer(&update.id, repository, change.content.data(), change.content.size()),
        "store " + change.path);
    updates.push_back(update);
  }
  git_oid tree;
  git.check(git.git_tree_create_updated(&tree, repository, base, updates.size(), updates.data()),
            "store the changed files");
  return tree;
}

}  // namespace

Repository::Repository(const std::filesystem::path& folder) : folder_(folder) {
  const Library& git = Library::get();
  state_ = std::make_unique<State>(State{make_handle<git_repository>(
      git.git_repository_free, "make a repository",
      [&](git_repository** repository) { return git.git_repository_init(repository, folder.c_str(), 1); })});
}

Repository::~Repository() = default;

CommitInfo Repository::commit(const std::string& id) const {
  const Library& git = Library::get();
  const auto commit = commit_of(state_->repository.get(), id);
  CommitInfo info{.message = git.git_commit_message(commit.get()), .parents = {}};
  for (unsigned i = 0; i < git.git_commit_parentcount(commit.get()); ++i)
    info.parents.push_back(hex_of(*git.git_commit_parent_id(commit.get(), i)));
  return info;
}

std::optional<File> Repository::file(const std::string& commit, const std::string& path,
                                     std::size_t limit) const {
  const Library& git = Library::get();
  const auto tree = tree_of(state_->repository.get(), commit);
  const auto entry = entry_of(tree.get(), path);
  if (!entry) return std::nullopt;
  const git_filemode_t mode = git.git_tree_entry_filemode(entry.get());
  if (mode != GIT_FILEMODE_BLOB && mode != GIT_FILEMODE_BLOB_EXECUTABLE)
    throw base::Error(path + " is not a regular file but a folder, a link or a submodule");
  const auto blob = blob_of(state_->repository.get(), entry.get());
  const auto size = static_cast<std::size_t>(git.git_blob_rawsize(blob.get()));
  if (size > limit)
    throw base::Error(fmt::format("{} has {} bytes; at most {} are edited", path, size, limit));
  return File{.content = std::string(static_cast<const char*>(git.git_blob_rawcontent(blob.get())), size),
              .is_executable = mode == GIT_FILEMODE_BLOB_EXECUTABLE};
}

std::vector<std::string> Repository::names(const std::string& commit, const std::string& directory) const {
  const Library& git = Library::get();
  auto tree = tree_of(state_->repository.get(), commit);
  if (!directory.empty()) {
    const auto entry = entry_of(tree.get(), directory);
    if (!entry || git.git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) return {};
    tree = make_handle<git_tree>(git.git_tree_free, "read the folder " + directory, [&](git_tree** inner) {
      return git.git_tree_lookup(inner, state_->repository.get(), git.git_tree_entry_id(entry.get()));
    });
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < git.git_tree_entrycount(tree.get()); ++i)
    names.emplace_back(git.git_tree_entry_name(git.git_tree_entry_byindex(tree.get(), i)));
  return names;
}

std::string Repository::make_commit(const std::string& parent, const std::vector<Change>& changes,
                                    const std::string& message, const Person& person) {
  const Library& git = Library::get();
  git_repository* repository = state_->repository.get();
  const auto parent_commit = commit_of(repository, parent);
  const auto base = tree_of(repository, parent);
  const git_oid tree_id = tree_with(repository, base.get(), changes);
  const auto tree = make_handle<git_tree>(
      git.git_tree_free, "read the changed files",
      [&](git_tree** made_one) { return git.git_tree_lookup(made_one, repository, &tree_id); });
  const auto signature = signature_of(person);
  const git_commit* parents[] = {parent_commit.get()};
  git_oid id;
  git.check(git.git_commit_create(&id, repository, nullptr, signature.get(), signature.get(), "UTF-8",
                                  message.c_str(), tree.get(), 1, parents),
            "make the commit");
  return hex_of(id);
}

void Repository::set_reference(const std::string& name, const std::string& commit) {
  const Library& git = Library::get();
  const git_oid oid = oid_of(commit);
  make_handle<git_reference>(
      git.git_reference_free, "make the reference " + name, [&](git_reference** reference) {
        return git.git_reference_create(reference, state_->repository.get(), name.c_str(), &oid, 1, nullptr);
      });
}

}  // namespace iter8::git
