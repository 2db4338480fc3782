#include "tasks/evidence/data.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/result/result.h"
#include "forge/account.h"
#include "summary/decision.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::tasks {

namespace {

using config::Value;
using experiment::Context;
using experiment::Result;

constexpr std::array<std::string_view, 16> kNames = {
    "experiment", "versions", "baseline",  "winner",  "recommended", "version", "verdict", "headline",
    "slos",       "metrics",  "completed", "failure", "iteration",   "loops",   "run",     "Summary"};
constexpr std::array<std::string_view, 4> kVersions = {"baseline", "winner", "recommended", "version"};

Value optional_number(const std::optional<double>& number) {
  return number ? Value(*number) : Value();
}

Value slos_of(const Result& result) {
  Value::List list;
  if (!result.assessment) return list;
  for (const experiment::Objective& objective : result.assessment->objectives) {
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      list.emplace_back(Value::Map{{"metric", objective.metric},
                                   {"version", summary::version_name(result, version)},
                                   {"value", optional_number(check.value)},
                                   {"limit", optional_number(check.limit)},
                                   {"satisfied", check.satisfied},
                                   {"verdict", to_text(check.verdict)},
                                   {"reason", check.reason}});
    }
  }
  return list;
}

Value metrics_of(const Result& result) {
  Value::Map metrics;
  for (const auto& [name, series] : result.metrics) {
    Value::Map values;
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      if (const auto value = experiment::latest_value(result, name, version))
        values.emplace_back(result.versions[version], *value);
    metrics.emplace_back(name, std::move(values));
  }
  return metrics;
}

Value summary_of(const Context& context) {
  const Result& result = context.result;
  return Value::Map{{"timeStamp", base::to_rfc3339(context.clock.wall())},
                    {"completed", result.completed()},
                    {"noTaskFailures", !result.failure},
                    {"numTasks", result.num_tasks},
                    {"numCompletedTasks", result.num_completed_tasks},
                    {"experiment", Value::Map{{"name", result.experiment_name}}}};
}

Value masked(const Value& value, const base::Secrets& secrets) {
  if (value.text()) return secrets.mask(*value.text());
  if (value.list()) {
    Value::List list;
    for (const Value& item : *value.list()) list.push_back(masked(item, secrets));
    return list;
  }
  if (!value.map()) return value;
  Value::Map map;
  for (const auto& [key, item] : *value.map()) map.emplace_back(key, masked(item, secrets));
  return map;
}

std::string first_part(const std::string& path) {
  return path.substr(0, path.find('.'));
}

std::string second_part(const std::string& path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return {};
  return first_part(path.substr(dot + 1));
}

std::vector<std::string> keys_of(const std::vector<experiment::Version>& versions) {
  std::vector<std::string> keys = {"name"};
  for (const experiment::Version& version : versions)
    for (const auto& [key, value] : version.values)
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  return keys;
}

}  // namespace

Value template_data(const Context& context) {
  const Result& result = context.result;
  const auto values = [&](std::size_t version) {
    return version < context.versions.size() ? Value(context.versions[version].values) : Value(Value::Map{});
  };
  Value::List versions;
  for (const experiment::Version& version : context.versions) versions.emplace_back(version.values);
  const std::optional<std::size_t> winner = summary::winner_of(result);
  const std::size_t last = context.versions.empty() ? 0 : context.versions.size() - 1;

  Value::Map data = {{"experiment", Value::Map{{"name", result.experiment_name}, {"file", result.file}}},
                     {"versions", std::move(versions)},
                     {"baseline", values(0)},
                     {"recommended", values(winner.value_or(0))},
                     {"version", values(winner.value_or(last))},
                     {"verdict", to_text(experiment::current_verdict(result))},
                     {"headline", summary::headline(result)},
                     {"slos", slos_of(result)},
                     {"metrics", metrics_of(result)},
                     {"completed", result.completed()},
                     {"failure", result.failure},
                     {"iteration", context.iteration},
                     {"loops", result.num_loops},
                     {"run", Value::Map{{"url", forge::run_url(context.environment)}}},
                     {"Summary", summary_of(context)}};
  if (winner) data.emplace_back("winner", values(*winner));
  return masked(data, context.secrets);
}

Value planned_data(const std::vector<experiment::Version>& versions, const base::Environment& environment,
                   const std::string& name) {
  Value::List all;
  for (const experiment::Version& version : versions) all.emplace_back(version.values);
  const Value none(Value::Map{});
  const Value first = versions.empty() ? none : Value(versions.front().values);
  const Value last = versions.empty() ? none : Value(versions.back().values);
  return Value::Map{{"experiment", Value::Map{{"name", name}, {"file", ""}}},
                    {"versions", std::move(all)},
                    {"baseline", first},
                    {"winner", last},
                    {"recommended", last},
                    {"version", last},
                    {"verdict", "pass"},
                    {"headline", "<what happened>"},
                    {"slos", Value::List{}},
                    {"metrics", none},
                    {"completed", true},
                    {"failure", false},
                    {"iteration", 1},
                    {"loops", 1},
                    {"run", Value::Map{{"url", forge::run_url(environment)}}},
                    {"Summary", none}};
}

void check_template(const config::Template& text, config::Position position,
                    const std::vector<experiment::Version>& versions, config::Problems& problems,
                    const std::vector<std::string>& further) {
  std::vector<std::string> names(kNames.begin(), kNames.end());
  names.insert(names.end(), further.begin(), further.end());
  const std::vector<std::string> keys = keys_of(versions);
  for (const config::TemplateField& field : text.fields()) {
    const std::string name = first_part(field.path);
    const config::Position where = field.position.line > 0 ? field.position : position;
    if (std::ranges::find(names, name) == names.end()) {
      problems.error(where, fmt::format("template: unknown field '.{}'; expected one of .{}{}", name,
                                        base::join(names, ", ."), base::suggestion(name, names)));
      continue;
    }
    const std::string key = second_part(field.path);
    const bool is_version = std::ranges::find(kVersions, name) != kVersions.end();
    if (field.optional || !is_version || key.empty() || versions.empty()) continue;
    if (std::ranges::find(keys, key) == keys.end())
      problems.error(where, fmt::format("template: no version has a key '{}'; the keys are {}{}", key,
                                        base::join(keys, ", "), base::suggestion(key, keys)));
  }
}

std::string render(const config::Template& text, const config::Value& data) {
  if (!data.find("winner"))
    for (const config::TemplateField& field : text.fields())
      if (first_part(field.path) == "winner" && !field.optional)
        throw base::Error(
            "a template reads .winner, but the experiment found no winner; run the task only then: "
            "if: WinnerFound()");
  return text.render(data);
}

}  // namespace iter8::tasks
