#include "tasks/repository-dispatch/options.h"

namespace iter8::tasks::repository_dispatch {

namespace {

std::optional<std::string> event_type_objection(const std::string& type) {
  constexpr std::size_t kLongest = 100;
  if (type.empty()) return "must not be empty";
  if (type.size() > kLongest) return "must have at most 100 characters";
  return std::nullopt;
}

}  // namespace

const config::Fields<RepositoryDispatchOptions>& fields_of(const RepositoryDispatchOptions*) {
  static const auto fields =
      config::Fields<RepositoryDispatchOptions>{}
          .optional("repository", &RepositoryDispatchOptions::repository, "Repository, owner/name")
          .shown_default("the repository of the CI job")
          .optional("eventType", &RepositoryDispatchOptions::event_type,
                    "What the workflow's `on: repository_dispatch: types` names",
                    config::Check<std::string>{event_type_objection})
          .optional("key", &RepositoryDispatchOptions::key,
                    "The one key of client_payload that all data stand below", config::not_empty())
          .optional("payload", &RepositoryDispatchOptions::payload,
                    "Further data, below `values` beside the event; values are templates")
          .part(&RepositoryDispatchOptions::forge, config::fields_of<ForgeOptions>());
  return fields;
}

}  // namespace iter8::tasks::repository_dispatch
