#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "experiment/metric/metric.h"

namespace iter8::tasks::metrics {

/// What a query that finds nothing means. `leave` cannot be written in a file: the metrics of older specs are
/// left out with a warning, as they always were.
enum class OnNoData { error, inconclusive, zero, retry, leave };
enum class ExpectSeries { one, many };
enum class Reduce { first, last, min, max, sum, avg };

using Values = std::vector<std::pair<std::string, config::Node>>;

/// Keys of a metric that the task may give for all of its metrics.
struct MetricDefaults {
  std::optional<base::Duration> window;
  std::optional<base::Duration> delay;
  std::optional<base::Duration> stale_after;
  std::optional<OnNoData> on_no_data;
  std::optional<base::Duration> retry_for;
  std::optional<ExpectSeries> expect_series;
  std::optional<Reduce> combine;
  std::optional<Reduce> reduce;
  std::optional<std::string> version_label;
};

/// Keys of one metric besides those of its query, which are the provider's.
struct MetricOptions {
  config::Located<std::string> name;
  std::string description;
  std::string unit;
  experiment::MetricKind kind = experiment::MetricKind::gauge;
  MetricDefaults defaults;
  // Queries of a kind that is made of several; each is text, or a map of the provider's keys.
  std::optional<config::Node> count;
  std::optional<config::Node> total;
  std::optional<config::Node> mean;
  std::optional<config::Node> variance;
};

/// Keys of the task besides those of the provider and the list of metrics.
struct TaskOptions {
  std::string provider;
  std::string prefix;
  Values values;
  std::vector<Values> version_values;
  std::optional<base::WallTime> starting_time;
  std::int64_t concurrency = 8;
  MetricDefaults defaults;
};

const config::Fields<MetricDefaults>& fields_of(const MetricDefaults*);
const config::Fields<MetricOptions>& fields_of(const MetricOptions*);
const config::Fields<TaskOptions>& fields_of(const TaskOptions*);

/// What the metric does not say is as the task says.
MetricDefaults merge_defaults(const MetricDefaults& metric, const MetricDefaults& task);

/// The only number of several, by the given rule; `values` is not empty.
double reduce(const std::vector<double>& values, Reduce rule);

}  // namespace iter8::tasks::metrics

namespace iter8::config {

template <>
struct Choices<tasks::metrics::OnNoData> {
  using enum tasks::metrics::OnNoData;
  static constexpr std::array names{std::pair{"error", error}, std::pair{"inconclusive", inconclusive},
                                    std::pair{"zero", zero}, std::pair{"retry", retry}};
};

template <>
struct Choices<tasks::metrics::ExpectSeries> {
  using enum tasks::metrics::ExpectSeries;
  static constexpr std::array names{std::pair{"one", one}, std::pair{"many", many}};
};

template <>
struct Choices<tasks::metrics::Reduce> {
  using enum tasks::metrics::Reduce;
  static constexpr std::array names{std::pair{"first", first}, std::pair{"last", last},
                                    std::pair{"min", min},     std::pair{"max", max},
                                    std::pair{"sum", sum},     std::pair{"avg", avg}};
};

template <>
struct Choices<experiment::MetricKind> {
  using enum experiment::MetricKind;
  static constexpr std::array names{std::pair{"gauge", gauge},           std::pair{"counter", counter},
                                    std::pair{"proportion", proportion}, std::pair{"summary", summary},
                                    std::pair{"histogram", histogram},   std::pair{"samples", samples}};
};

/// RFC 3339.
template <>
struct Codec<base::WallTime> {
  static Schema schema() { return {.type = Schema::Type::text}; }
  static bool read(const Node& node, Problems& problems, base::WallTime& value);
  static std::string written(const base::WallTime&) { return {}; }
};

}  // namespace iter8::config
