#include "tasks/assess/objectives.h"

#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "experiment/version.h"

namespace iter8::tasks::assess {

namespace {

using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

/// What one side of an objective asks of one version.
struct Bound {
  enum class State { open, limited, unknown, wrong };
  State state = State::open;  // open: nothing to violate; wrong: whatever the data, it cannot be judged
  double limit = 0;
  std::string reason;  // why it is unknown or wrong, or open although a limit was given
};

/// The objective's metric in a result.
struct Measured {
  const Result& result;
  std::string metric;
  std::string unit;

  std::optional<double> value(std::size_t version) const { return latest_value(result, metric, version); }
  std::string with_unit(double number) const {
    return fmt::format("{:.6g}{}{}", number, unit.empty() ? "" : " ", unit);
  }
};

std::string no_value(const Measured& measured, std::size_t version) {
  const Result& result = measured.result;
  if (metric_info(result, measured.metric))
    return fmt::format("{} has no value for version '{}'", measured.metric, result.versions[version]);
  std::vector<std::string> names;
  for (const auto& [name, series] : result.metrics) names.push_back(name);
  return fmt::format("no task recorded the metric {}{}", measured.metric,
                     base::suggestion(measured.metric, names));
}

Bound relative_bound(const RelativeLimit& relative, const Measured& measured, std::size_t version,
                     const std::optional<std::size_t>& reference) {
  if (!reference)
    return {.state = Bound::State::unknown,
            .reason = relative.text + " is relative to the previous run, and there is none yet"};
  const std::string whom =
      *reference == 0 ? "the baseline" : "'" + measured.result.versions[*reference] + "'";
  if (version == *reference)
    return {.reason = fmt::format("{} is relative to {}, which is this version", relative.text, whom)};
  const auto value = measured.value(*reference);
  if (value) return {.state = Bound::State::limited, .limit = applied(relative, *value)};
  return {.state = Bound::State::unknown,
          .reason = fmt::format("{} is relative to {}, and {}", relative.text, whom,
                                no_value(measured, *reference))};
}

Bound bound_of(const std::optional<Limit>& limit, const Measured& measured, std::size_t version,
               const std::optional<std::size_t>& reference) {
  if (!limit) return {};
  if (const RelativeLimit* relative = limit->relative())
    return relative_bound(*relative, measured, version, reference);
  const auto number = in_unit(*limit, measured.unit);
  const auto* data = latest(measured.result, measured.metric, version);
  const bool is_share = data && std::holds_alternative<experiment::Proportion>(*data);
  if (number && is_share && (*number < 0 || *number > 1))
    return {.state = Bound::State::wrong,
            .reason = fmt::format("the limit {} of the share {} is none; expected 0 to 1, or a percentage",
                                  to_text(*limit), measured.metric)};
  if (number) return {.state = Bound::State::limited, .limit = *number};
  return {.state = Bound::State::wrong,
          .reason = fmt::format("the limit {} is a time, but the unit of {} is {}", to_text(*limit),
                                measured.metric, measured.unit)};
}

void decide(ObjectiveCheck& check, Verdict verdict, std::string reason) {
  check.verdict = verdict;
  check.satisfied = verdict == Verdict::pass;
  check.reason = std::move(reason);
}

void decide_without_data(ObjectiveCheck& check, std::optional<NoData> no_data, std::string reason) {
  if (!no_data) return decide(check, Verdict::error, std::move(reason));
  switch (*no_data) {
    case NoData::fail:
      return decide(check, Verdict::fail, std::move(reason));
    case NoData::inconclusive:
      return decide(check, Verdict::inconclusive, std::move(reason));
    case NoData::pass:
      return decide(check, Verdict::pass, std::move(reason));
  }
}

/// How many measurements stand behind the value, when something recorded says so.
std::optional<std::int64_t> samples_of(const Measured& measured, const Criteria& criteria,
                                       std::size_t version) {
  if (const auto* data = latest(measured.result, measured.metric, version)) {
    if (const auto* proportion = std::get_if<experiment::Proportion>(data)) return proportion->total;
    if (const auto count = aggregate_of(*data, "count")) return std::llround(*count);
  }
  const std::string provider = measured.metric.substr(0, measured.metric.find('/'));
  const std::string counter =
      criteria.request_count ? criteria.request_count->value : provider + "/request-count";
  const auto count = latest_value(measured.result, counter, version);
  return count ? std::optional<std::int64_t>(std::llround(*count)) : std::nullopt;
}

ObjectiveCheck checked(const ObjectiveOptions& options, const Measured& measured, const Criteria& criteria,
                       std::size_t version) {
  ObjectiveCheck check{.value = measured.value(version)};
  const auto reference = reference_of(options, measured.result);
  const Bound upper = bound_of(options.upper, measured, version, reference);
  const Bound lower = bound_of(options.lower, measured, version, reference);
  const std::optional<NoData> no_data = options.no_data ? options.no_data : criteria.no_data;
  if (upper.state == Bound::State::limited) check.limit = upper.limit;
  if (!check.limit && lower.state == Bound::State::limited) check.limit = lower.limit;

  if (!check.value) {
    decide_without_data(check, no_data, no_value(measured, version));
    return check;
  }
  check.samples = samples_of(measured, criteria, version);
  for (const Bound& bound : {upper, lower}) {
    if (bound.state == Bound::State::wrong) {
      decide(check, Verdict::error, bound.reason);
      return check;
    }
    if (bound.state != Bound::State::unknown) continue;
    decide_without_data(check, no_data, bound.reason);
    return check;
  }

  const std::string value = measured.with_unit(*check.value);
  if (criteria.min_samples > 0 && check.samples.value_or(0) < criteria.min_samples) {
    decide(check, Verdict::inconclusive,
           fmt::format("{} samples, and minSamples is {}", check.samples.value_or(0), criteria.min_samples));
  } else if (upper.state == Bound::State::limited && *check.value > upper.limit) {
    decide(check, Verdict::fail, value + " is above the limit of " + measured.with_unit(upper.limit));
  } else if (lower.state == Bound::State::limited && *check.value < lower.limit) {
    check.limit = lower.limit;
    decide(check, Verdict::fail, value + " is below the limit of " + measured.with_unit(lower.limit));
  } else {
    decide(check, Verdict::pass, check.limit ? "" : upper.reason + lower.reason);
  }
  return check;
}

}  // namespace

std::optional<std::size_t> reference_of(const ObjectiveOptions& options, const Result& result) {
  if (!options.relative_to) return 0;
  if (options.relative_to->value == kPreviousRun) return std::nullopt;
  const auto version = experiment::find_version(result.versions, options.relative_to->value);
  if (!version)
    throw base::Error(fmt::format("relativeTo: unknown version '{}'{}",
                                  base::printable(options.relative_to->value),
                                  base::suggestion(options.relative_to->value, result.versions)));
  return version;
}

Objective judged(const ObjectiveOptions& options, const Criteria& criteria, const Result& result) {
  const auto info = metric_info(result, options.metric.value);
  const Measured measured{.result = result, .metric = options.metric.value, .unit = info ? info->unit : ""};

  Objective objective{.metric = options.metric.value,
                      .line = options.metric.position.line,
                      .relative_to = options.relative_to ? options.relative_to->value : "",
                      .confidence = options.confidence,
                      .gate = options.gate,
                      .key = options.key,
                      .weight = options.weight};
  const auto record = [&](const std::optional<Limit>& limit, auto& absolute, auto& relative) {
    if (!limit) return;
    if (limit->relative()) relative = limit->relative()->text;
    absolute = in_unit(*limit, measured.unit);
  };
  record(options.upper, objective.upper, objective.relative_upper);
  record(options.lower, objective.lower, objective.relative_lower);
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    objective.versions.push_back(checked(options, measured, criteria, version));
  return objective;
}

std::string described(const ObjectiveOptions& options) {
  std::string text = options.metric.value;
  if (options.upper) text += " <= " + to_text(*options.upper);
  if (options.lower) text = to_text(*options.lower) + " <= " + text;
  return text;
}

}  // namespace iter8::tasks::assess
