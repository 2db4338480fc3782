#include "tasks/metrics/assemble.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/value/value_text.h"
#include "tasks/metrics/partial.h"
#include "tasks/metrics/response/buckets.h"

namespace iter8::tasks::metrics {

namespace {

using experiment::MetricKind;

/// Carries the reason out of the nested steps of one assembly; never leaves this file.
class NoData : public base::Error {
 public:
  using base::Error::Error;
};

struct Assembler {
  const Metric& metric;
  base::WallTime end;
  AssembledData& result;

  void warn(std::string message) {
    if (std::ranges::find(result.warnings, message) == result.warnings.end())
      result.warnings.push_back(std::move(message));
  }

  void check_age(const Series& series) const {
    const auto& limit = metric.options.defaults.stale_after;
    if (!limit || series.points.empty() || !series.points.back().time) return;
    const base::Duration age = end - *series.points.back().time;
    if (age > *limit)
      throw NoData("stale: the newest sample is " +
                   base::to_text(std::chrono::floor<std::chrono::seconds>(age)) + " old");
  }

  /// The finite numbers of a series, in order.
  std::vector<double> numbers(const Series& series) {
    check_age(series);
    std::vector<double> values;
    std::optional<double> odd;
    for (const Point& point : series.points) {
      if (std::isfinite(point.value))
        values.push_back(point.value);
      else
        odd = point.value;
    }
    if (values.empty() && odd) throw NoData("the value is " + base::shortest(*odd));
    if (values.empty()) throw NoData("the series has no samples");
    if (odd)
      warn(fmt::format("{} of {} samples are not finite numbers", series.points.size() - values.size(),
                       series.points.size()));
    if (metric.options.kind == MetricKind::counter && !std::ranges::is_sorted(values))
      warn("the counter was reset within the window");
    return values;
  }

  double number(const Series& series) {
    const std::vector<double> values = numbers(series);
    result.samples += static_cast<std::int64_t>(values.size());
    const auto& rule = metric.options.defaults.reduce;
    if (!rule && values.size() > 1 && !series.points.back().time)
      throw base::Error(
          fmt::format("{} numbers where one is expected (first {}, last {}); say how to reduce them",
                      values.size(), base::shortest(values.front()), base::shortest(values.back())));
    return reduce(values, rule.value_or(Reduce::last));
  }

  /// One number of series of which one is expected, or many that are combined.
  double number(const std::vector<const Series*>& series) {
    if (series.empty()) throw NoData("the answer is empty");
    const MetricDefaults& options = metric.options.defaults;
    const bool adds_up = std::ranges::all_of(series, [](const Series* each) { return each->adds_up; });
    if (!adds_up && options.expect_series.value_or(ExpectSeries::one) == ExpectSeries::one) {
      if (series.size() > 1) throw base::Error(several(series));
      return number(*series.front());
    }
    std::vector<double> values;
    for (const Series* each : series) values.push_back(number(*each));
    return reduce(values, options.combine.value_or(Reduce::sum));
  }

  static std::string several(const std::vector<const Series*>& series) {
    constexpr std::size_t shown = 3;
    std::string text = fmt::format("{} series where one is expected: ", series.size());
    for (std::size_t i = 0; i < std::min(shown, series.size()); ++i)
      text += (i > 0 ? ", " : "") + to_text(series[i]->labels);
    if (series.size() > shown) text += ", …";
    return text + "; aggregate them in the query, or say expectSeries: many";
  }

  std::int64_t count(double value, const char* what) {
    if (value < 0 || value > kLargestCount)
      throw base::Error(
          fmt::format("{} is {}, expected a number from 0 to 2^53", what, base::shortest(value)));
    const double rounded = std::round(value);
    if (rounded != value) warn(fmt::format("{} {} is rounded to {}", what, base::shortest(value), rounded));
    return static_cast<std::int64_t>(rounded);
  }
};

/// The series of the only query: the value, where one of several columns has that name, or the only column.
/// The column that tells the versions apart is not a value.
std::vector<const Series*> values_of(const Metric& metric, const std::vector<PartResult>& results) {
  std::vector<const Series*> found;
  std::set<std::string> fields;
  for (const PartResult& part : results)
    for (const Series& series : part.result.series) {
      if (metric.version_label() && series.field == *metric.version_label()) continue;
      found.push_back(&series);
      fields.insert(series.field);
    }
  if (fields.size() < 2) return found;
  if (!fields.contains("")) {
    const std::vector<std::string> names(fields.begin(), fields.end());
    throw base::Error("several columns are numbers (" + base::printable(base::join(names, ", ")) +
                      "); call the one that is meant 'value'");
  }
  std::erase_if(found, [](const Series* series) { return !series->field.empty(); });
  return found;
}

/// The series that carry a role: those of its own query, or the columns of that name in the only
/// query's result.
std::vector<const Series*> series_of(const std::vector<PartResult>& results, Role role) {
  std::vector<const Series*> found;
  for (const PartResult& part : results)
    for (const Series& series : part.result.series)
      if (part.role == role || (part.role == Role::whole && series.field == to_text(role)))
        found.push_back(&series);
  return found;
}

bool has_columns(const std::vector<PartResult>& results, std::initializer_list<Role> roles) {
  return std::ranges::all_of(roles, [&](Role role) {
    return std::ranges::any_of(results, [&](const PartResult& part) {
      return part.role == role || part.result.series.empty() ||
             std::ranges::any_of(part.result.series,
                                 [&](const Series& series) { return series.field == to_text(role); });
    });
  });
}

/// The count of a proportion whose total is there. What has never happened has no series in most backends:
/// where the file says so, that is 0.
double counted_of(Assembler& assembler, const std::vector<PartResult>& results) {
  const std::vector<const Series*> series = series_of(results, Role::count);
  const bool is_absent = std::ranges::all_of(series, [](const Series* each) { return each->points.empty(); });
  const bool may_be_zero = assembler.metric.on_no_data() == OnNoData::zero && partial_reason(results).empty();
  if (!is_absent || !may_be_zero) return assembler.number(series);
  assembler.warn("the count has no data, and its total has: taken as 0");
  return 0;
}

experiment::MetricData proportion(Assembler& assembler, const std::vector<PartResult>& results) {
  if (!has_columns(results, {Role::count, Role::total}))
    throw base::Error(
        "a proportion needs count and total: two queries, or one whose answer has both columns");
  const double all = assembler.number(series_of(results, Role::total));
  const double counted = counted_of(assembler, results);
  const std::int64_t count = assembler.count(counted, "count");
  const std::int64_t total = assembler.count(all, "total");
  if (count > total) throw base::Error(fmt::format("count {} is larger than total {}", count, total));
  if (total == 0) throw NoData("the total is 0");
  return experiment::Proportion{count, total};
}

experiment::MetricData summary(Assembler& assembler, const std::vector<PartResult>& results) {
  if (!has_columns(results, {Role::count, Role::mean, Role::variance}))
    throw base::Error(
        "a summary needs count, mean and variance: three queries, or one whose answer has these columns");
  const double size = assembler.number(series_of(results, Role::count));
  const std::int64_t count = assembler.count(size, "count");
  if (count == 0) throw NoData("the count is 0");
  const double mean = assembler.number(series_of(results, Role::mean));
  const double variance = assembler.number(series_of(results, Role::variance));
  if (variance < 0) throw base::Error("the variance is negative: " + base::shortest(variance));
  return experiment::SampleSummary{.count = count, .mean = mean, .variance = variance};
}

experiment::MetricData samples(Assembler& assembler, const std::vector<const Series*>& series) {
  experiment::Samples samples;
  for (const Series* each : series)
    for (const double value : assembler.numbers(*each)) samples.values.push_back(value);
  if (samples.values.empty()) throw NoData("the answer is empty");
  assembler.result.samples = static_cast<std::int64_t>(samples.values.size());
  return samples;
}

experiment::MetricData histogram(Assembler& assembler, const std::vector<const Series*>& series) {
  if (series.empty()) throw NoData("the answer is empty");
  for (const Series* each : series) assembler.check_age(*each);
  experiment::BucketCounts counts =
      bucket_counts(series, assembler.metric.options.defaults.expect_series.value_or(ExpectSeries::one));
  std::int64_t total = 0;
  for (const experiment::Bucket& bucket : counts.buckets) total += bucket.count;
  if (total == 0) throw NoData("the histogram is empty");
  assembler.result.samples = total;
  return counts;
}

experiment::MetricData data_of(Assembler& assembler, const std::vector<PartResult>& results) {
  switch (assembler.metric.options.kind) {
    case MetricKind::proportion:
      return proportion(assembler, results);
    case MetricKind::summary:
      return summary(assembler, results);
    case MetricKind::samples:
      return samples(assembler, values_of(assembler.metric, results));
    case MetricKind::histogram:
      return histogram(assembler, values_of(assembler.metric, results));
    case MetricKind::counter:
    case MetricKind::gauge:
      break;
  }
  return assembler.number(values_of(assembler.metric, results));
}

/// Nothing of all versions is nothing of each of them.
bool is_nothing(const Series& series) {
  return series.adds_up && series.labels.empty() && series.points.size() == 1 && series.points[0].value == 0;
}

/// What the label's value must be for a series to be the version's.
std::string identity(const experiment::Version& version, const std::string& label) {
  const config::Value* value = version.find(label);
  return value == nullptr || value->is_null() ? version.name : config::to_plain_text(*value);
}

}  // namespace

std::string_view to_text(Role role) {
  switch (role) {
    case Role::whole:
      return "";
    case Role::count:
      return "count";
    case Role::total:
      return "total";
    case Role::mean:
      return "mean";
    case Role::variance:
      break;
  }
  return "variance";
}

std::vector<PartResult> select_version(const std::vector<PartResult>& results, const Metric& metric,
                                       const experiment::Version& version) {
  if (!metric.version_label()) return results;
  const std::string& label = *metric.version_label();
  const std::string wanted = identity(version, label);
  std::vector<PartResult> own;
  for (const PartResult& part : results) {
    PartResult kept{
        .role = part.role,
        .result = {.series = {}, .warnings = part.result.warnings, .partial = part.result.partial}};
    for (const Series& series : part.result.series) {
      const std::string* value = find_label(series.labels, label);
      if (value == nullptr && !is_nothing(series))
        throw base::Error(fmt::format("a series without the label '{}': {}", base::printable(label),
                                      to_text(series.labels)));
      if (value == nullptr || *value == wanted) kept.result.series.push_back(series);
    }
    own.push_back(std::move(kept));
  }
  return own;
}

AssembledData assemble(const Metric& metric, const std::vector<PartResult>& results, base::WallTime end) {
  AssembledData result;
  for (const PartResult& part : results)
    for (const std::string& warning : part.result.warnings) result.warnings.push_back(warning);
  Assembler assembler{.metric = metric, .end = end, .result = result};
  try {
    result.data = data_of(assembler, results);
  } catch (const NoData& nothing) {
    result.no_data = nothing.what();
  }
  const std::string partial = partial_reason(results);
  if (partial.empty()) return result;
  result.is_partial = true;
  assembler.warn(partial);
  if (result.data && could_change(metric, results, *result.data)) {
    result.data.reset();
    result.no_data = "a part of them only, which does not settle the limits: " + partial;
  }
  return result;
}

}  // namespace iter8::tasks::metrics
