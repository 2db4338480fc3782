#include "experiment/run/condition.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "experiment/metric/unit.h"
#include "experiment/version.h"

namespace iter8::experiment {

namespace {

using config::Value;
using Arguments = std::span<const Value>;

std::string text_of(const Value& name_or_number) {
  if (const std::string* text = name_or_number.text()) return *text;
  const std::optional<double> number = name_or_number.number();
  return number ? base::shortest(*number) : "";
}

std::size_t version_of(const Result& result, const Value& argument) {
  if (const auto objection = version_objection(argument, result.versions)) throw base::Error(*objection);
  return *find_version(result.versions, text_of(argument));
}

const Winner* winner_of(const Result& result) {
  const bool has_one = result.assessment && result.assessment->winner && result.assessment->winner->found &&
                       result.assessment->winner->version;
  return has_one ? &*result.assessment->winner : nullptr;
}

Value winner_name(const Result& result) {
  const Winner* winner = winner_of(result);
  return winner && *winner->version < result.versions.size() ? result.versions[*winner->version] : "";
}

/// Whether a candidate, or the only version, certainly violates an objective. Missing data is not a reason to
/// roll back.
bool needs_rollback(const Result& result) {
  if (!result.assessment) return false;
  const std::size_t first = result.versions.size() > 1 ? 1 : 0;
  for (const Objective& objective : result.assessment->objectives)
    for (std::size_t version = first; objective.gate && version < objective.versions.size(); ++version)
      if (objective.versions[version].verdict == Verdict::fail) return true;
  return false;
}

bool is_inconclusive(const Result& result) {
  return result.assessment && (result.assessment->verdict == Verdict::inconclusive ||
                               result.assessment->verdict == Verdict::error);
}

Value metric_value(const Result& result, Arguments arguments) {
  const std::string* name = arguments[0].text();
  if (!name) throw base::Error("Metric: expected the metric's name as text");
  const std::size_t version = arguments.size() > 1 ? version_of(result, arguments[1]) : 0;
  const std::optional<double> value = latest_value(result, *name, version);
  return value ? Value(*value) : Value();
}

Value weight_of(const Result& result, const Value& argument) {
  const std::size_t version = version_of(result, argument);
  if (!result.assessment || version >= result.assessment->weights.size()) return {};
  return result.assessment->weights[version];
}

struct Function {
  std::string_view name;
  std::size_t least_arguments;
  std::size_t most_arguments;
  Value (*call)(const Result&, Arguments);
};

constexpr std::array kFunctions{
    Function{"SLOs", 0, 0, [](const Result& r, Arguments) { return Value(slos_satisfied(r)); }},
    Function{"SLOsBy", 1, 1,
             [](const Result& r, Arguments a) { return Value(slos_satisfied(r, version_of(r, a[0]))); }},
    Function{"Verdict", 0, 0, [](const Result& r, Arguments) { return Value(to_text(current_verdict(r))); }},
    Function{"Completed", 0, 0, [](const Result& r, Arguments) { return Value(r.completed()); }},
    Function{"NoFailure", 0, 0,
             [](const Result& r, Arguments) { return Value(!r.failure && r.interrupted.empty()); }},
    Function{"WinnerFound", 0, 0, [](const Result& r, Arguments) { return Value(winner_of(r) != nullptr); }},
    Function{"CandidateWon", 0, 0,
             [](const Result& r, Arguments) {
               const Winner* winner = winner_of(r);
               return Value(winner && *winner->version > 0);
             }},
    Function{"Winner", 0, 0, [](const Result& r, Arguments) { return winner_name(r); }},
    Function{"Rollback", 0, 0, [](const Result& r, Arguments) { return Value(needs_rollback(r)); }},
    Function{"Inconclusive", 0, 0, [](const Result& r, Arguments) { return Value(is_inconclusive(r)); }},
    Function{"Metric", 1, 2, [](const Result& r, Arguments a) { return metric_value(r, a); }},
    Function{"Weight", 1, 1, [](const Result& r, Arguments a) { return weight_of(r, a[0]); }},
};

struct Field {
  std::string_view path;
  Value (*read)(const Result&, int iteration);
};

/// Spelled like the Go fields that older files use.
constexpr std::array kFields{
    Field{"Result.NumLoops",
          [](const Result& r, int iteration) { return Value(std::max(r.num_loops, iteration)); }},
    Field{"Result.NumTasks", [](const Result& r, int) { return Value(r.num_tasks); }},
    Field{"Result.NumCompletedTasks", [](const Result& r, int) { return Value(r.num_completed_tasks); }},
    Field{"Result.Failure", [](const Result& r, int) { return Value(r.failure); }},
    Field{"Result.Interrupted", [](const Result& r, int) { return Value(r.interrupted); }},
    Field{"Result.StartTime", [](const Result& r, int) { return Value(base::to_rfc3339(r.start)); }},
    Field{"Result.Iter8Version", [](const Result& r, int) { return Value(r.iter8_version); }},
    Field{"Result.Insights.NumVersions",
          [](const Result& r, int) { return Value(static_cast<std::int64_t>(r.versions.size())); }},
    Field{"Result.Insights.VersionNames",
          [](const Result& r, int) { return Value(Value::List(r.versions.begin(), r.versions.end())); }},
};

}  // namespace

std::optional<std::string> version_objection(const Value& name_or_number,
                                             const std::vector<std::string>& versions) {
  const std::string wanted = text_of(name_or_number);
  if (find_version(versions, wanted)) return std::nullopt;
  return fmt::format("unknown version '{}', expected one of {}{}", base::printable(wanted),
                     base::join(versions, ", "), base::suggestion(wanted, versions));
}

const config::Vocabulary& condition_vocabulary() {
  static const config::Vocabulary vocabulary = [] {
    config::Vocabulary made;
    for (const Function& function : kFunctions)
      made.functions.push_back(
          {std::string(function.name), function.least_arguments, function.most_arguments});
    for (const Field& field : kFields) made.fields.emplace_back(field.path);
    return made;
  }();
  return vocabulary;
}

Value ResultScope::call(std::string_view name, Arguments arguments) const {
  for (const Function& function : kFunctions)
    if (function.name == name) return function.call(result_, arguments);
  throw base::Error(fmt::format("unknown function '{}'", name));
}

std::optional<double> ResultScope::seconds_of_unit(std::string_view name, Arguments arguments) const {
  constexpr double kNanoseconds = 1e9;
  const std::string* metric = name == "Metric" ? arguments[0].text() : nullptr;
  const auto info = metric ? metric_info(result_, *metric) : std::nullopt;
  const Unit unit = info ? unit_of(*info) : Unit{};
  return unit.kind == UnitKind::time ? std::optional(unit.size / kNanoseconds) : std::nullopt;
}

Value ResultScope::field(std::string_view path) const {
  for (const Field& field : kFields)
    if (field.path == path) return field.read(result_, iteration_);
  throw base::Error(fmt::format("unknown field '{}'", path));
}

}  // namespace iter8::experiment
