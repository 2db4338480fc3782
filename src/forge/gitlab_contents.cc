#include "forge/gitlab_contents.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"

namespace iter8::forge {

namespace {

constexpr const char* kGitlabContentsRead = "scope read_api or api";
constexpr const char* kGitlabContentsWrite = "scope api, role Developer; a job token cannot write";

}  // namespace

std::string GitlabContents::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"projects", project_};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::string GitlabContents::default_branch() {
  const Response response = client_.send(
      {.path = path({}), .purpose = "find the project " + project_, .permission = kGitlabContentsRead});
  return text_at(response.body, "default_branch");
}

std::optional<std::string> GitlabContents::head(const std::string& branch) {
  const Response response = client_.send({.path = path({"repository", "branches", branch}),
                                          .purpose = "read the branch " + branch,
                                          .permission = kGitlabContentsRead,
                                          .expected = {404}});
  if (response.status == 404) return std::nullopt;
  return text_at(object_at(response.body, "commit"), "id");
}

git::CommitInfo GitlabContents::commit(const std::string& id) {
  const Response response = client_.send({.path = path({"repository", "commits", id}),
                                          .purpose = "read the commit " + id,
                                          .permission = kGitlabContentsRead});
  return {.message = text_at(response.body, "message"), .parents = texts_at(response.body, "parent_ids", "")};
}

std::optional<git::File> GitlabContents::file(const std::string& commit, const std::string& path_of_file) {
  const Response response = client_.send({.path = path({"repository", "files", path_of_file}),
                                          .query = {{"ref", commit}},
                                          .purpose = "read " + path_of_file,
                                          .permission = kGitlabContentsRead,
                                          .expected = {404}});
  if (response.status == 404) return std::nullopt;
  if (static_cast<std::size_t>(integer_at(response.body, "size")) > kMostBytes)
    throw base::Error(fmt::format("{} is larger than {} bytes", path_of_file, kMostBytes));
  return git::File{.content = decode_base64(text_at(response.body, "content"), path_of_file),
                   .is_executable = flag_at(response.body, "execute_filemode")};
}

std::vector<std::string> GitlabContents::names(const std::string& commit, const std::string& directory) {
  std::vector<std::string> names;
  for (const Json& entry : client_.list({.path = path({"repository", "tree"}),
                           .query = {{"path", directory}, {"ref", commit}},
                           .purpose = "list a folder",
                           .permission = kGitlabContentsRead}))
    names.push_back(text_at(entry, "name"));
  return names;
}

std::vector<Call> GitlabContents::plan(const Proposal& proposal) const {
  Json actions = Json::array();
  for (const git::Change& change : proposal.changes)
    actions.push_back({{"action", change.is_new ? "create" : "update"},
                       {"file_path", change.path},
                       {"content", base::base64(change.content)},
                       {"encoding", "base64"}});
  Json body = {{"branch", proposal.branch},
               {"start_sha", proposal.base},
               {"commit_message", proposal.message},
               {"actions", std::move(actions)}};
  if (proposal.replaces) body["force"] = true;
  if (proposal.author) {
    body["author_name"] = proposal.author->name;
    body["author_email"] = proposal.author->email;
  }
  return {{.method = "POST",
           .path = path({"repository", "commits"}),
           .body = std::move(body),
           .purpose = "commit to the branch " + proposal.branch,
           .permission = kGitlabContentsWrite,
           .expected = {400}}};
}

bool GitlabContents::publish(const Proposal& proposal) {
  // With force the branch is overwritten, also what was pushed meanwhile: look once more.
  if (proposal.replaces && head(proposal.branch) != proposal.replaces) return false;
  const Call call = plan(proposal).front();
  const Response response = client_.send(call);
  if (response.is_good()) return true;
  if (server_message(response, client_.context().secrets).find("already exists") != std::string::npos)
    return false;
  client_.refuse(call, response);
}

}  // namespace iter8::forge
