#pragma once

#include <string>

#include "base/environment.h"

namespace iter8::tasks {

/// The run of a CI system that this program is part of, for links and for finding what to report on. Fields
/// that are not known are empty.
struct CiRun {
  std::string url;         // of the run or job, for people
  std::string repository;  // "owner/name", or a GitLab project's path
  std::string commit;      // that the run was started for
  std::string branch;
};

/// Reads the variables of GitHub, Gitea (GITHUB_*) and GitLab (CI_*); see forge::run_url for `url`.
CiRun ci_run_of(const base::Environment& environment);

}  // namespace iter8::tasks
