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
///   .headline     what happened, in one line, as summary::headline() words it
///   .slos         a list of {metric, version, value, limit, satisfied, verdict, reason}
///   .metrics      by metric, then by version's name: the latest values
///   .completed, .failure, .iteration, .loops
///   .run          {url} of the CI job, an empty text outside of CI
///   .Summary      as in older Iter8: {timeStamp, completed, noTaskFailures, numTasks, numCompletedTasks,
///                 experiment: {name}}
/// Secrets in it are masked.
config::Value template_data(const experiment::Context& context);

/// The same names for a dry run of the experiment `name`: the last version wins, and nothing was measured.
config::Value planned_data(const std::vector<experiment::Version>& versions,
                           const base::Environment& environment, const std::string& name);

/// Reports fields that no run could fill: unknown names, and keys of a version (.winner.tag) that no version
/// of the file has. An optional field (behind `default`, in `if`) may be an unknown key, but not an unknown
/// name. `further` names are allowed beside those above.
void check_template(const config::Template& text, config::Position position,
                    const std::vector<experiment::Version>& versions, config::Problems& problems,
                    const std::vector<std::string>& further = {});

/// The template's text with this data. Throws base::Error, which says so when the template needs the winner
/// and there is none.
std::string render(const config::Template& text, const config::Value& data);

}  // namespace iter8::tasks
