#include "tasks/commit-status/options.h"

#include <algorithm>

namespace iter8::tasks::commit_status {

namespace {

std::optional<std::string> commit_objection(const std::string& commit) {
  const bool is_hex = std::ranges::all_of(commit, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (is_hex && (commit.size() == 40 || commit.size() == 64)) return std::nullopt;
  return "must be the whole hash of a commit, 40 hexadecimal digits";
}

}  // namespace

const config::Fields<CommitStatusOptions>& fields_of(const CommitStatusOptions*) {
  static const auto fields =
      config::Fields<CommitStatusOptions>{}
          .optional("repository", &CommitStatusOptions::repository, "Repository, owner/name or group/project")
          .shown_default("the repository of the CI job")
          .optional("commit", &CommitStatusOptions::commit, "Hash of the commit",
                    config::Check<std::string>{commit_objection})
          .shown_default("the pull request's head, or the commit of the CI job")
          .optional("context", &CommitStatusOptions::context,
                    "Name of the status; a later one of the same name replaces it")
          .shown_default("iter8/ and the experiment's name")
          .optional("as", &CommitStatusOptions::form,
                    "What is set: a status, or a check run with annotations on the experiment file (GitHub)")
          .optional("state", &CommitStatusOptions::state, "The state to set, whatever the outcome")
          .shown_default("from the outcome")
          .optional("inconclusive", &CommitStatusOptions::inconclusive,
                    "The state of an inconclusive outcome")
          .optional("description", &CommitStatusOptions::description, "One line; a template")
          .shown_default("verdict, version and the metric that decided")
          .optional("url", &CommitStatusOptions::url, "Where the details are")
          .shown_default("the run of the CI job")
          .optional("path", &CommitStatusOptions::path,
                    "Path of the experiment file in the repository, for annotations")
          .shown_default("from the folder of the CI job's checkout")
          .part(&CommitStatusOptions::forge, config::fields_of<ForgeOptions>());
  return fields;
}

}  // namespace iter8::tasks::commit_status
