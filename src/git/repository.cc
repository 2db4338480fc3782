#include "git/repository.h"

#include <memory>

#include <fmt/format.h>

#include "git/objects.h"

namespace iter8::git {

struct Repository::State {
  Handle<git_repository> repository;
};

namespace {

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
    entry_of(repository, base, change.path);  // throws for folders that are too large: below, they are read
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
  const auto entry = entry_of(state_->repository.get(), tree.get(), path);
  if (!entry) return std::nullopt;
  if (entry->mode != GIT_FILEMODE_BLOB && entry->mode != GIT_FILEMODE_BLOB_EXECUTABLE)
    throw base::Error(path + " is not a regular file but a folder, a link or a submodule");
  const std::size_t size = object_size(state_->repository.get(), entry->id);
  if (size > limit)
    throw base::Error(fmt::format("{} has {} bytes; at most {} are edited", path, size, limit));
  const auto blob = make_handle<git_blob>(git.git_blob_free, "read a file", [&](git_blob** found) {
    return git.git_blob_lookup(found, state_->repository.get(), &entry->id);
  });
  return File{.content = std::string(static_cast<const char*>(git.git_blob_rawcontent(blob.get())),
                                     static_cast<std::size_t>(git.git_blob_rawsize(blob.get()))),
              .is_executable = entry->mode == GIT_FILEMODE_BLOB_EXECUTABLE};
}

std::vector<std::string> Repository::names(const std::string& commit, const std::string& directory) const {
  const Library& git = Library::get();
  auto tree = tree_of(state_->repository.get(), commit);
  if (!directory.empty()) {
    const auto entry = entry_of(state_->repository.get(), tree.get(), directory);
    if (!entry || entry->mode != GIT_FILEMODE_TREE) return {};
    tree = tree_at(state_->repository.get(), entry->id);
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
