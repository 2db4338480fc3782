#include "tasks/comment/options.h"

#include <algorithm>

namespace iter8::tasks::comment {

namespace {

/// What can stand in a comment of HTML, and ends it nowhere.
std::optional<std::string> key_objection(const std::string& key) {
  const bool is_plain = std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._/-").find(c) != std::string_view::npos;
  });
  if (is_plain && key.find("--") == std::string::npos) return std::nullopt;
  return "must consist of letters, digits and ._/- without --";
}

}  // namespace

const config::Fields<CommentOptions>& fields_of(const CommentOptions*) {
  static const auto fields =
      config::Fields<CommentOptions>{}
          .optional("repository", &CommentOptions::repository, "Repository, owner/name or group/project")
          .shown_default("the repository of the CI job")
          .optional("pullRequest", &CommentOptions::pull_request, "Number of the pull or merge request",
                    config::if_given(config::at_least(1)))
          .shown_default("the one that the CI job was started for")
          .optional("key", &CommentOptions::key,
                    "What tells comments apart: one comment a key and pull request",
                    config::Check<std::string>{key_objection})
          .shown_default("from the experiment's name")
          .optional("body", &CommentOptions::body, "Markdown of the comment; a template")
          .shown_default("the evidence: verdict, objectives, winner, link to the run")
          .part(&CommentOptions::forge, config::fields_of<ForgeOptions>());
  return fields;
}

}  // namespace iter8::tasks::comment
