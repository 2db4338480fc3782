#include "tests/unit/verdict/scene.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "verdict/judge.h"

namespace iter8::tests {

using namespace experiment;

namespace {

MetricKind kind_of(const MetricData& data) {
  if (std::holds_alternative<Proportion>(data)) return MetricKind::proportion;
  if (std::holds_alternative<SampleSummary>(data)) return MetricKind::summary;
  if (std::holds_alternative<BucketCounts>(data)) return MetricKind::histogram;
  return std::holds_alternative<Samples>(data) ? MetricKind::samples : MetricKind::gauge;
}

}  // namespace

void Scene::add(const std::string& metric, std::size_t version, MetricData data, int of_iteration,
                Span span) {
  MetricSeries& series = result.metrics[metric];
  series.info = {.name = metric, .kind = kind_of(data), .unit = "", .description = ""};
  series.versions.resize(result.versions.size());
  series.versions[version].push_back({.iteration = of_iteration, .data = std::move(data), .span = span});
}

void Scene::add_load(std::size_t version, const std::vector<LoadRequest>& requests, double start,
                     int of_iteration) {
  const auto at = [&](double seconds) {
    return base::WallTime(base::Duration(std::llround((start + seconds) * 1e9)));
  };
  LoadSeries series{.provider = "http", .version = version, .iteration = of_iteration, .start = at(0)};
  BucketCounts latencies;
  std::int64_t errors = 0;
  std::map<double, std::int64_t> values;
  for (const LoadRequest& request : requests) {
    stats::LoadSlice& slice = series.slices.at(at(request.due));
    stats::SliceLatencies& part = request.is_error ? slice.failed : slice.ok;
    ++part.count;
    part.sum += request.latency;
    part.squares += request.latency * request.latency;
    part.histogram.record(std::llround(request.latency * 1e6));
    errors += request.is_error ? 1 : 0;
    ++values[request.latency];
    series.seconds = std::max(series.seconds, request.due + request.latency / 1e3);
  }
  for (const auto& [value, count] : values) latencies.buckets.push_back({value, value, count});
  add("http/latency", version, latencies, of_iteration);
  double sum = 0;
  double squares = 0;
  for (const LoadRequest& request : requests) {
    sum += request.latency;
    squares += request.latency * request.latency;
  }
  const stats::Moments moments = stats::moments_of_sums(static_cast<double>(requests.size()), sum, squares);
  add("http/latency-mean", version,
      SampleSummary{.count = std::ssize(requests), .mean = moments.mean, .variance = moments.variance},
      of_iteration);
  add("http/error-rate", version,
      Proportion{.count = errors, .total = static_cast<std::int64_t>(requests.size())}, of_iteration);
  result.series.push_back(std::move(series));
}

Assessment Scene::assessed(const verdict::Criteria& criteria) const {
  const auto look = iteration < iterations ? stats::Look::interim : stats::Look::last;
  return judge(criteria, result, {.iteration = iteration, .iterations = iterations, .look = look}, {})
      .assessment;
}

verdict::ObjectiveOptions at_most(const std::string& metric, const std::string& limit) {
  return {.metric = {metric, {}}, .upper = verdict::parse_limit(limit).value()};
}

verdict::ObjectiveOptions at_least(const std::string& metric, const std::string& limit) {
  return {.metric = {metric, {}}, .lower = verdict::parse_limit(limit).value()};
}

verdict::RewardOptions reward(const std::string& metric, Direction direction) {
  return {.metric = {metric, {}}, .direction = direction};
}

std::string warning_of(const Assessment& assessment, const std::string& code) {
  for (const Warning& warning : assessment.warnings)
    if (warning.code == code) return warning.message;
  return {};
}

}  // namespace iter8::tests
