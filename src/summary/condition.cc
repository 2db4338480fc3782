#include "summary/condition.h"

#include "base/number.h"
#include "summary/numbers.h"
#include "summary/wording.h"

namespace iter8::summary {

using experiment::Objective;
using experiment::Result;

namespace {

/// The upper or lower limit of an objective: a number, or relative; neither where the file gives none.
struct Bound {
  const std::optional<double>& absolute;
  const std::optional<std::string>& relative;
};

Bound upper_of(const Objective& objective) {
  return {objective.upper, objective.relative_upper};
}

Bound lower_of(const Objective& objective) {
  return {objective.lower, objective.relative_lower};
}

std::string unit_behind(const std::optional<experiment::MetricInfo>& metric) {
  return metric && !metric->unit.empty() ? " " + metric->unit : "";
}

/// "+10%", "+10% of red".
std::string change_of(const Objective& objective, const Bound& bound) {
  if (objective.relative_to.empty()) return *bound.relative;
  const bool is_earlier = objective.relative_to == experiment::kPreviousRun;
  return *bound.relative + " of " + (is_earlier ? "the previous run" : objective.relative_to);
}

/// The bound where it is given, else nothing; `absolute` is how a limit that is a number reads.
std::string limit_text(const Objective& objective, const Bound& bound, const std::string& absolute) {
  if (!bound.relative) return bound.absolute ? absolute : "";
  if (objective.relative_to == experiment::kPreviousRun) return *bound.relative + " of the previous run";
  return *bound.relative + " of " + (objective.relative_to.empty() ? "the baseline" : objective.relative_to);
}

std::string bare_limit(const Objective& objective, const Bound& bound) {
  return limit_text(objective, bound, base::shortest(bound.absolute.value_or(0)));
}

/// "LOWER <= METRIC <= UPPER", or the half of it that is asked for.
std::string comparison(const std::string& metric, const std::string& lower, const std::string& upper) {
  return (lower.empty() ? "" : lower + " <= ") + metric + (upper.empty() ? "" : " <= " + upper);
}

}  // namespace

std::string condition_text(const Objective& objective, const Result& result) {
  const std::string text =
      comparison(metric_with_unit(objective.metric, result), bare_limit(objective, lower_of(objective)),
                 bare_limit(objective, upper_of(objective)));
  return objective.gate ? text : text + " (not gating)";
}

std::string condition_in_words(const Objective& objective, const Result& result) {
  const auto info = metric_info(result, objective.metric);
  const auto limit = [&](const Bound& bound) {
    return limit_text(objective, bound, quantity(bound.absolute.value_or(0), info ? info->unit : ""));
  };
  return comparison(objective.metric, limit(lower_of(objective)), limit(upper_of(objective)));
}

std::string limits_text(const Objective& objective) {
  std::string text;
  const auto add = [&](const char* sign, const std::string& limit) {
    if (limit.empty()) return;
    text += (text.empty() ? "" : ", ") + (sign + (" " + limit));
  };
  add("≤", bare_limit(objective, upper_of(objective)));
  add("≥", bare_limit(objective, lower_of(objective)));
  return text;
}

std::string limit_of_version(const Objective& objective, std::size_t version, const Result& result) {
  const auto metric = metric_info(result, objective.metric);
  const bool is_clear = !objective.relative_lower || !objective.relative_upper;  // which limit was resolved
  const std::optional<double> resolved = is_clear ? objective.versions.at(version).limit : std::nullopt;
  if (objective.lower && objective.upper && !objective.relative_lower && !objective.relative_upper)
    return range_text({*objective.lower, *objective.upper}, metric) + unit_behind(metric);
  std::string text;
  const auto add = [&](const char* sign, const Bound& bound) {
    if (!bound.absolute && !bound.relative) return;
    text += (text.empty() ? "" : ", ") + (sign + std::string(" "));
    if (!bound.relative)
      text += metric_quantity(*bound.absolute, metric);
    else if (resolved)
      text += metric_quantity(*resolved, metric);
    else
      text += change_of(objective, bound);
  };
  add("≥", lower_of(objective));
  add("≤", upper_of(objective));
  return text;
}

std::string changes_text(const Objective& objective) {
  std::string text;
  for (const Bound& bound : {lower_of(objective), upper_of(objective)})
    if (bound.relative) text += (text.empty() ? "" : ", ") + change_of(objective, bound);
  return text;
}

}  // namespace iter8::summary
