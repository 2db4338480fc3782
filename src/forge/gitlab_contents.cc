#include "forge/gitlab_contents.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"

namespace iter8::forge {

namespace {

constexpr const char* kReadsGitlabContents = "scope read_api or api";
constexpr const char* kWritesGitlabContents = "scope api, role Developer; a job token cannot write";

}  // namespace

std::string GitlabContents::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"projects", project_};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::string GitlabContents::default_branch() {
  const Answer answer = client_.send(
      {.path = path({}), .purpose = "find the project " + project_, .permission = kReadsGitlabContents});
  return text_at(answer.body, "default_branch");
}

std::optional<std::string> GitlabContents::head(const std::string& branch) {
  const Answer answer = client_.send({.path = path({"repository", "branches", branch}),
                                      .purpose = "read the branch " + branch,
                                      .permission = kReadsGitlabContents,
                                      .expected = {404}});
  if (answer.status == 404) return std::nullopt;
  return text_at(object_at(answer.body, "commit"), "id");
}

git::CommitInfo GitlabContents::commit(const std::string& id) {
  const Answer answer = client_.send({.path = path({"repository", "commits", id}),
                                      .purpose = "read the commit " + id,
                                      .permission = kReadsGitlabContents});
  return {.message = text_at(answer.body, "message"), .parents = texts_at(answer.body, "parent_ids", "")};
}

std::optional<git::File> GitlabContents::file(const std::string& commit, const std::string& path_of_file) {
  const Answer answer = client_.send({.path = path({"repository", "files", path_of_file}),
                                      .query = {{"ref", commit}},
                                      .purpose = "read " + path_of_file,
                                      .permission = kReadsGitlabContents,
                                      .expected = {404}});
  if (answer.status == 404) return std::nullopt;
  if (static_cast<std::size_t>(integer_at(answer.body, "size")) > kMostBytes)
    throw base::Error(fmt::format("{} is larger than {} bytes", path_of_file, kMostBytes));
  return git::File{.content = decoded(text_at(answer.body, "content"), path_of_file),
                   .is_executable = flag_at(answer.body, "execute_filemode")};
}

std::vector<std::string> GitlabContents::names(const std::string& commit, const std::string& directory) {
  std::vector<std::string> names;
  for (const Json& entry : client_.list({.path = path({"repository", "tree"}),
                           .query = {{"path", directory}, {"ref", commit}},
                           .purpose = "list a folder",
                           .permission = kReadsGitlabContents}))
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
           .permission = kWritesGitlabContents,
           .expected = {400}}};
}

bool GitlabContents::publish(const Proposal& proposal) {
  // With force the branch is overwritten, also what was pushed meanwhile: look once more.
  if (proposal.replaces && head(proposal.branch) != proposal.replaces) return false;
  const Call call = plan(proposal).front();
  const Answer answer = client_.send(call);
  if (answer.is_good()) return true;
  if (server_message(answer, client_.context().secrets).find("already exists") != std::string::npos)
    return false;
  client_.refuse(call, answer);
}

}  // namespace iter8::forge
