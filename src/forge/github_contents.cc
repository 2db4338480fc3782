#include "forge/github_contents.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::forge {

namespace {

constexpr const char* kGithubContentsRead = "contents: read";
constexpr const char* kGithubContentsWrite = "contents: write";
constexpr const char* kFile = "100644";
constexpr const char* kExecutable = "100755";

bool is_text(std::string_view content) {
  return base::is_utf8(content) && content.find('\0') == std::string_view::npos;
}

}  // namespace

std::string GithubContents::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"repos", name_.owner, name_.name};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::string GithubContents::default_branch() {
  const Response response =
      client_.send({.path = path({}),
                    .purpose = fmt::format("find the repository {}/{}", name_.owner, name_.name),
                    .permission = kGithubContentsRead});
  return text_at(response.body, "default_branch");
}

std::optional<std::string> GithubContents::head(const std::string& branch) {
  const Response response = client_.send({.path = path({"git", "ref", "heads/" + branch}),
                                          .purpose = "read the branch " + branch,
                                          .permission = kGithubContentsRead,
                                          .expected = {404}});
  if (response.status == 404) return std::nullopt;
  return text_at(object_at(response.body, "object"), "sha");
}

const Json& GithubContents::commit_object(const std::string& id) {
  const auto known = commits_.find(id);
  if (known != commits_.end()) return known->second;
  Response response = client_.send({.path = path({"git", "commits", id}),
                                    .purpose = "read the commit " + id,
                                    .permission = kGithubContentsRead});
  return commits_.emplace(id, std::move(response.body)).first->second;
}

git::CommitInfo GithubContents::commit(const std::string& id) {
  const Json& object = commit_object(id);
  return {.message = text_at(object, "message"), .parents = texts_at(object, "parents", "sha")};
}

const GithubContents::Tree& GithubContents::tree(const std::string& id) {
  const auto known = trees_.find(id);
  if (known != trees_.end()) return known->second;
  const Response response = client_.send(
      {.path = path({"git", "trees", id}), .purpose = "list a folder", .permission = kGithubContentsRead});
  Tree tree;
  if (const auto list = response.body.find("tree"); list != response.body.end() && list->is_array())
    for (const Json& item : *list)
      tree[text_at(item, "path")] = {.mode = text_at(item, "mode"),
                                     .type = text_at(item, "type"),
                                     .sha = text_at(item, "sha"),
                                     .size = integer_at(item, "size")};
  return trees_.emplace(id, std::move(tree)).first->second;
}

const GithubContents::Tree* GithubContents::folder(const std::string& commit, const std::string& directory) {
  const Tree* at = &tree(text_at(object_at(commit_object(commit), "tree"), "sha"));
  if (directory.empty()) return at;
  for (const std::string& part : base::split(directory, '/')) {
    const auto found = at->find(part);
    if (found == at->end() || found->second.type != "tree") return nullptr;
    at = &tree(found->second.sha);
  }
  return at;
}

std::optional<git::File> GithubContents::file(const std::string& commit, const std::string& path_of_file) {
  const std::size_t slash = path_of_file.rfind('/');
  const Tree* in = folder(commit, slash == std::string::npos ? "" : path_of_file.substr(0, slash));
  if (in == nullptr) return std::nullopt;
  const auto found = in->find(slash == std::string::npos ? path_of_file : path_of_file.substr(slash + 1));
  if (found == in->end()) return std::nullopt;
  const Entry& entry = found->second;
  if (entry.mode != kFile && entry.mode != kExecutable)
    throw base::Error(path_of_file + " is not a regular file but a folder, a link or a submodule");
  if (static_cast<std::size_t>(entry.size) > kMostBytes)
    throw base::Error(
        fmt::format("{} has {} bytes; at most {} are edited", path_of_file, entry.size, kMostBytes));
  const Response blob = client_.send({.path = path({"git", "blobs", entry.sha}),
                                      .purpose = "read " + path_of_file,
                                      .permission = kGithubContentsRead});
  return git::File{.content = decode_base64(text_at(blob.body, "content"), path_of_file),
                   .is_executable = entry.mode == kExecutable};
}

std::vector<std::string> GithubContents::names(const std::string& commit, const std::string& directory) {
  std::vector<std::string> names;
  if (const Tree* in = folder(commit, directory))
    for (const auto& [name, entry] : *in) names.push_back(name);
  return names;
}

Json GithubContents::tree_entry(const git::Change& change, const std::string& blob) const {
  Json entry = {
      {"path", change.path}, {"mode", change.is_executable ? kExecutable : kFile}, {"type", "blob"}};
  if (blob.empty()) {
    entry["content"] = change.content;
  } else {
    entry["sha"] = blob;
  }
  return entry;
}

Call GithubContents::blob_call(const git::Change& change) const {
  return {.method = "POST",
          .path = path({"git", "blobs"}),
          .body = Json{{"content", base::base64(change.content)}, {"encoding", "base64"}},
          .purpose = "store " + change.path,
          .permission = kGithubContentsWrite};
}

Call GithubContents::tree_call(const std::string& base_tree, Json entries) const {
  return {.method = "POST",
          .path = path({"git", "trees"}),
          .body = Json{{"base_tree", base_tree}, {"tree", std::move(entries)}},
          .purpose = "store the changed files",
          .permission =
              kGithubContentsWrite + std::string("; and workflows: write for files in .github/workflows")};
}

Call GithubContents::commit_call(const Proposal& proposal, const std::string& tree) const {
  Json body = {{"message", proposal.message}, {"tree", tree}, {"parents", Json::array({proposal.base})}};
  if (proposal.author) body["author"] = {{"name", proposal.author->name}, {"email", proposal.author->email}};
  return {.method = "POST",
          .path = path({"git", "commits"}),
          .body = std::move(body),
          .purpose = "make the commit",
          .permission = kGithubContentsWrite};
}

Call GithubContents::branch_call(const Proposal& proposal, const std::string& commit) const {
  if (!proposal.replaces)
    return {.method = "POST",
            .path = path({"git", "refs"}),
            .body = Json{{"ref", "refs/heads/" + proposal.branch}, {"sha", commit}},
            .purpose = "make the branch " + proposal.branch,
            .permission = kGithubContentsWrite,
            .expected = {422}};
  return {.method = "PATCH",
          .path = path({"git", "refs", "heads/" + proposal.branch}),
          .body = Json{{"sha", commit}, {"force", true}},
          .purpose = "move the branch " + proposal.branch,
          .permission = kGithubContentsWrite};
}

bool GithubContents::publish(const Proposal& proposal) {
  Json entries = Json::array();
  for (const git::Change& change : proposal.changes) {
    const bool needs_blob = !is_text(change.content);
    const std::string blob = needs_blob ? text_at(client_.send(blob_call(change)).body, "sha") : "";
    entries.push_back(tree_entry(change, blob));
  }
  const std::string base_tree = text_at(object_at(commit_object(proposal.base), "tree"), "sha");
  const Response tree = client_.send(tree_call(base_tree, std::move(entries)));
  const Response commit = client_.send(commit_call(proposal, text_at(tree.body, "sha")));

  // Only force could move the reference now, and would overwrite what was pushed meanwhile: look once more.
  if (proposal.replaces && head(proposal.branch) != proposal.replaces) return false;
  const Call call = branch_call(proposal, text_at(commit.body, "sha"));
  const Response response = client_.send(call);
  if (response.is_good()) return true;
  const std::string said = server_message(response, client_.context().secrets);
  if (said.find("already exists") != std::string::npos) return false;
  client_.refuse(call, response);
}

std::vector<Call> GithubContents::plan(const Proposal& proposal) const {
  std::vector<Call> calls;
  Json entries = Json::array();
  for (const git::Change& change : proposal.changes) {
    if (!is_text(change.content)) calls.push_back(blob_call(change));
    entries.push_back(tree_entry(change, is_text(change.content) ? "" : "<blob>"));
  }
  calls.push_back(tree_call("<tree of " + proposal.base_branch + ">", std::move(entries)));
  calls.push_back(commit_call(proposal, "<tree>"));
  calls.push_back(branch_call(proposal, "<commit>"));
  return calls;
}

}  // namespace iter8::forge
