#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/secrets.h"
#include "experiment/result/result.h"
#include "forge/check_runs.h"

namespace iter8::tasks::commit_status {

/// The experiment file's path in the repository: relative to GITHUB_WORKSPACE or CI_PROJECT_DIR;
/// elsewhere as it was given.
std::string path_in_repository(const experiment::Result& result, const base::Environment& environment);

/// One a missed or undecided objective and version, on the objective's line of the file, and one a failed
/// task on the first line; masked.
std::vector<forge::Annotation> annotations_of(const experiment::Result& result, const std::string& path,
                                              const base::Secrets& secrets);

}  // namespace iter8::tasks::commit_status
