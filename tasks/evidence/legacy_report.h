#pragma once

#include <string>
#include <vector>

#include "config/template/template.h"
#include "config/value/value.h"
#include "tasks/evidence/event.h"

namespace iter8::tasks {

/// What older Iter8 handed to payload templates as `.Report`: timeStamp, completed, noTaskFailures, numTasks,
/// numCompletedTasks, numLoops, experiment {spec, result}. Templates read it as JSON (`.Report |
/// toPrettyJson`) or by the names of Go's fields (`.Report.TimeStamp`); of the latter only those in `fields`
/// are added, so that the JSON keeps its few keys. `spec` names the tasks without their options, which held
/// the receiver's credentials, and texts have neither quotes nor backslashes: the older Slack template puts
/// the whole into one JSON string and cannot escape them.
config::Value legacy_report(const EventSource& source, const std::vector<config::TemplateField>& fields);

/// The later `.Summary`: the same without numLoops, and of the experiment only its metadata {name}.
config::Value legacy_summary(const EventSource& source, const std::vector<config::TemplateField>& fields);

}  // namespace iter8::tasks
