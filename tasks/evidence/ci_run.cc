#include "tasks/evidence/ci_run.h"

#include "forge/account.h"

namespace iter8::tasks {

CiRun ci_run_of(const base::Environment& environment) {
  const auto first_of = [&](std::initializer_list<const char*> names) {
    for (const char* name : names)
      if (environment.has(name)) return *environment.get(name);
    return std::string();
  };
  return {.url = forge::run_url(environment),
          .repository = forge::own_repository(environment),
          .commit = first_of({"GITHUB_SHA", "CI_COMMIT_SHA"}),
          .branch = first_of({"GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"})};
}

}  // namespace iter8::tasks
