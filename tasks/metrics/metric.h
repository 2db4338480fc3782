#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/yaml/problems.h"
#include "experiment/task.h"
#include "tasks/metrics/options.h"
#include "tasks/metrics/source.h"

namespace iter8::tasks::metrics {

/// What the result of a query is to its metric: the whole of it, or one of the numbers it is made of.
enum class Role { whole, count, total, mean, variance };

std::string_view to_text(Role role);

struct Part {
  Role role = Role::whole;
  std::unique_ptr<Source> source;
};

/// What objectives and rewards make of a metric's value: `any` can be changed by any change of it.
struct ValueLimit {
  experiment::LimitSide side = experiment::LimitSide::any;
  double value = 0;  // in the metric's unit
};

/// One metric as it is asked for: complete, checked, and the same for all versions.
struct Metric {
  std::string name;       // "prometheus/orders"
  std::string provider;   // for messages
  MetricOptions options;  // with what the task says for all of them
  std::vector<Part> parts;
  config::Position position;
  std::vector<ValueLimit> limits = {};  // empty: nobody judges it

  OnNoData on_no_data() const { return options.defaults.on_no_data.value_or(OnNoData::error); }
  const std::optional<std::string>& version_label() const { return options.defaults.version_label; }
};

}  // namespace iter8::tasks::metrics
