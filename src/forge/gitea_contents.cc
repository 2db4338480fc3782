#include "forge/gitea_contents.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"

namespace iter8::forge {

namespace {

constexpr const char* kGiteaContentsRead = "read:repository";
constexpr const char* kGiteaContentsWrite = "write:repository";

}  // namespace

std::string GiteaContents::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"repos", name_.owner, name_.name};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::string GiteaContents::default_branch() {
  const Response response =
      client_.send({.path = path({}),
                    .purpose = fmt::format("find the repository {}/{}", name_.owner, name_.name),
                    .permission = kGiteaContentsRead});
  return text_at(response.body, "default_branch");
}

std::optional<std::string> GiteaContents::head(const std::string& branch) {
  const Response response = client_.send({.path = path({"branches", branch}),
                                          .purpose = "read the branch " + branch,
                                          .permission = kGiteaContentsRead,
                                          .expected = {404}});
  if (response.status == 404) return std::nullopt;
  return text_at(object_at(response.body, "commit"), "id");
}

git::CommitInfo GiteaContents::commit(const std::string& id) {
  const Response response = client_.send({.path = path({"git", "commits", id}),
                                          .purpose = "read the commit " + id,
                                          .permission = kGiteaContentsRead});
  return {.message = text_at(object_at(response.body, "commit"), "message"),
          .parents = texts_at(response.body, "parents", "sha")};
}

/// Gitea takes the rest of this path as it is: slashes are not escaped.
Response GiteaContents::contents(const std::string& commit, const std::string& path_of_file,
                                 const std::string& purpose) {
  std::string place = path({"contents"});
  for (const std::string& part : base::split(path_of_file, '/')) place += "/" + base::percent_encoded(part);
  return client_.send({.path = place,
                       .query = {{"ref", commit}},
                       .purpose = purpose,
                       .permission = kGiteaContentsRead,
                       .expected = {404}});
}

std::optional<git::File> GiteaContents::file(const std::string& commit, const std::string& path_of_file) {
  const Response response = contents(commit, path_of_file, "read " + path_of_file);
  if (response.status == 404) return std::nullopt;
  if (text_at(response.body, "type") != "file")
    throw base::Error(path_of_file + " is not a regular file but a folder, a link or a submodule");
  return git::File{.content = decode_base64(text_at(response.body, "content"), path_of_file)};
}

std::vector<std::string> GiteaContents::names(const std::string& commit, const std::string& directory) {
  std::vector<std::string> names;
  const Response response = contents(commit, directory, "list a folder");
  if (response.body.is_array())
    for (const Json& entry : response.body) names.push_back(text_at(entry, "name"));
  return names;
}

Call GiteaContents::commit_call(const Proposal& proposal, const std::vector<std::string>& blobs) const {
  Json files = Json::array();
  for (std::size_t i = 0; i < proposal.changes.size(); ++i) {
    const git::Change& change = proposal.changes[i];
    Json file = {{"operation", blobs[i].empty() ? "create" : "update"},
                 {"path", change.path},
                 {"content", base::base64(change.content)}};
    if (!blobs[i].empty()) file["sha"] = blobs[i];
    files.push_back(std::move(file));
  }
  Json body = {{"message", proposal.message}, {"files", std::move(files)}};
  body["branch"] = proposal.replaces ? proposal.branch : proposal.base_branch;
  if (!proposal.replaces) body["new_branch"] = proposal.branch;
  if (proposal.author) body["author"] = {{"name", proposal.author->name}, {"email", proposal.author->email}};
  return {.method = "POST",
          .path = path({"contents"}),
          .body = std::move(body),
          .purpose = "commit to the branch " + proposal.branch,
          .permission = kGiteaContentsWrite,
          .expected = {409, 422}};
}

std::vector<Call> GiteaContents::plan(const Proposal& proposal) const {
  std::vector<std::string> blobs;
  for (const git::Change& change : proposal.changes) blobs.emplace_back(change.is_new ? "" : "<blob>");
  return {commit_call(proposal, blobs)};
}

bool GiteaContents::publish(const Proposal& proposal) {
  const std::string on = proposal.replaces.value_or(proposal.base);
  std::vector<std::string> blobs;
  for (const git::Change& change : proposal.changes) {
    const Response response = contents(on, change.path, "read " + change.path);
    blobs.push_back(response.status == 404 ? "" : text_at(response.body, "sha"));
  }
  const Call call = commit_call(proposal, blobs);
  const Response response = client_.send(call);
  if (response.is_good()) return true;
  const std::string said = server_message(response, client_.context().secrets);
  if (response.status == 409 || said.find("does not match") != std::string::npos ||
      said.find("already exists") != std::string::npos)
    return false;
  client_.refuse(call, response);
}

}  // namespace iter8::forge
