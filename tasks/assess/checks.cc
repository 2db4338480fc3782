#include "tasks/assess/checks.h"

#include "experiment/metric/metric_name.h"

namespace iter8::tasks::assess {

using config::Located;

namespace {

std::optional<std::string> objection_to_name(const std::string& name) {
  if (experiment::is_metric_name(name)) return std::nullopt;
  return "must be a metric's name such as http/latency-p95";
}

}  // namespace

config::Check<Located<std::string>> metric_name() {
  return [](const Located<std::string>& name) { return objection_to_name(name.value); };
}

config::Check<std::optional<Located<std::string>>> metric_name_if_given() {
  return [](const auto& name) { return name ? objection_to_name(name->value) : std::nullopt; };
}

config::Check<std::vector<Located<std::string>>> metric_names() {
  return [](const std::vector<Located<std::string>>& names) -> std::optional<std::string> {
    for (const auto& name : names)
      if (const auto objection = objection_to_name(name.value)) return "'" + name.value + "' " + *objection;
    return std::nullopt;
  };
}

config::Check<double> proper_share() {
  return [](double share) -> std::optional<std::string> {
    if (share > 0 && share < 1) return std::nullopt;
    return "must be more than 0 and less than 1";
  };
}

}  // namespace iter8::tasks::assess
