#include "tasks/evidence/legacy_report.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "experiment/result/result_document.h"
#include "experiment/result/value_document.h"

namespace iter8::tasks {

namespace {

using config::Value;
using experiment::Json;

/// Of the result's document: what is of use in a message. Observations and histograms can be megabytes.
Json result_of(const EventSource& source) {
  Json document = experiment::mask_document(experiment::to_document(source.result), source.secrets);
  for (const char* key : {"schema", "experiment", "tasks"}) document.erase(key);
  const auto insights = document.find("insights");
  if (insights == document.end()) return document;
  (*insights)["numVersions"] = source.result.versions.size();
  for (auto& [name, metric] : (*insights)["metrics"].items()) metric.erase("observations");
  return document;
}

Json spec_of(const experiment::Result& result) {
  Json spec = Json::array();
  for (const experiment::Execution& execution : result.executions) spec.push_back({{"task", execution.task}});
  return spec;
}

Json counts_of(const EventSource& source) {
  const experiment::Result& result = source.result;
  return {{"timeStamp", base::to_rfc3339(source.now)},
          {"completed", result.completed()},
          {"noTaskFailures", !result.failure},
          {"numTasks", result.num_tasks},
          {"numCompletedTasks", result.num_completed_tasks}};
}

std::string tame(std::string text) {
  text = base::replace_all(base::printable(text, 1000), "\"", "'");
  return base::replace_all(std::move(text), "\\", "/");
}

void tame_texts(Json& value) {
  if (value.is_string()) {
    value = tame(value.get<std::string>());
  } else if (value.is_array()) {
    for (Json& item : value) tame_texts(item);
  } else if (value.is_object()) {
    Json renamed = Json::object();
    for (auto& [key, item] : value.items()) {
      tame_texts(item);
      renamed[tame(key)] = std::move(item);
    }
    value = std::move(renamed);
  }
}

/// "NumTasks" is the Go field behind the JSON key "numTasks".
std::string json_name(std::string name) {
  if (!name.empty()) name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  return name;
}

/// Adds to `value` what a template reads by the path of Go's field names, wherever JSON has it under its own
/// name.
void add_go_names(Json& value, const std::vector<std::string>& path, std::size_t at) {
  if (at == path.size() || !value.is_object()) return;
  if (!value.contains(path[at])) {
    if (!value.contains(json_name(path[at]))) return;
    Json copy = value[json_name(path[at])];
    value[path[at]] = std::move(copy);
  }
  add_go_names(value[path[at]], path, at + 1);
}

Value finished(Json report, std::string_view root, const std::vector<config::TemplateField>& fields) {
  tame_texts(report);
  for (const config::TemplateField& field : fields) {
    const std::vector<std::string> path = base::split(field.path, '.');
    if (path.front() == root) add_go_names(report, path, 1);
  }
  return experiment::to_value(report);
}

}  // namespace

Value legacy_report(const EventSource& source, const std::vector<config::TemplateField>& fields) {
  Json report = counts_of(source);
  report["numLoops"] = std::max(source.result.num_loops, source.iteration);
  report["experiment"] = {{"spec", spec_of(source.result)}, {"result", result_of(source)}};
  return finished(std::move(report), "Report", fields);
}

Value legacy_summary(const EventSource& source, const std::vector<config::TemplateField>& fields) {
  Json summary = counts_of(source);
  summary["experiment"] = {{"metadata", {{"name", source.secrets.mask(source.result.experiment_name)}}}};
  return finished(std::move(summary), "Summary", fields);
}

}  // namespace iter8::tasks
