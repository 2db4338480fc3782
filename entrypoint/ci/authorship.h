#pragma once

#include <string>
#include <vector>

#include "base/environment.h"
#include "experiment/file/trust.h"

namespace iter8::ci {

/// How far whoever wrote the job's files is trusted.
struct Authorship {
  experiment::Trust trust = experiment::Trust::full;
  std::string reason;  // why not fully, for people: "the fork mallory/shop (pull_request_target)"
};

/// By what the CI system says of the event. A fork's files where the job may have secrets
/// (pull_request_target and workflow_run of GitHub, merge request pipelines of GitLab in the parent project)
/// get no trust; those of a pull request of a fork, whose job has none, may not promote. An event of the
/// first kind that cannot be read gets no trust either.
Authorship authorship_of(const base::Environment& environment);

/// The environment of a run whose file is not trusted: what programs and CI systems say of themselves, the
/// variables that `references` names, and limits that are not set yet. `given` are texts that the pipeline
/// gives (values of --set): hosts of URLs in these and in the named variables are all that may be connected
/// to, unless ITER8_ALLOW_HOSTS says more.
base::Environment restricted(const base::Environment& environment, const std::vector<std::string>& references,
                             const std::vector<std::string>& given);

/// Takes from this process's own environment what `kept` does not have, for libraries that read it by
/// themselves (libpq, libcurl). Before there are threads.
void restrict_process(const base::Environment& kept);

/// ITER8_ALLOW_REFERENCES: names of variables and file:PATH, separated by commas or blanks.
std::vector<std::string> allowed_references(const base::Environment& environment);

}  // namespace iter8::ci
