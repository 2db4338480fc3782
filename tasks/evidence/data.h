#pragma once

#include <string>
#include <vector>

#include "config/template/template.h"
#include "config/value/value.h"
#include "config/yaml/problems.h"
#include "experiment/task.h"

namespace iter8::tasks {

/// What the templates of tasks that act on the result (promotions, notifications) can read:
///   .experiment   {name, file}
///   .versions     every version with its values, in order
///   .baseline     the first version
///   .winner       the winning version; missing when there is none
///   .recommended  the winner, else the baseline
///   .version      the winner, else the last version: the one the experiment is about
///   .verdict      pass, fail, inconclusive, error, skipped
///   .headline     what happened, in one line
///   .slos         a list of {metric, version, value, limit, satisfied, verdict, reason}
///   .metrics      by metric, then by version's name: the latest values
///   .completed, .failure, .iteration, .loops
///   .run          {url} of the CI job, an empty text outside of CI
///   .Summary      as in older Iter8: {timeStamp, completed, noTaskFailures, numTasks, numCompletedTasks,
///                 experiment: {name}}
/// Secrets in it are masked.
config::Value template_data(const experiment::Context& context);

/// What a dry run shows templates with: the last version wins, and nothing was measured.
config::Value planned_data(const std::vector<experiment::Version>& versions,
                           const base::Environment& environment);

/// Reports fields that no run could fill: unknown names, and keys of .winner and its like that no version of
/// the file has. Optional fields (behind `default`, in `if`) may be unknown keys of versions, not unknown
/// names. `further` names stand beside those above.
void check_template(const config::Template& text, config::Position position,
                    const std::vector<experiment::Version>& versions, config::Problems& problems,
                    const std::vector<std::string>& further = {});

/// Renders; when the template needs the winner and there is none, the error says so.
std::string rendered(const config::Template& text, const config::Value& data);

}  // namespace iter8::tasks
