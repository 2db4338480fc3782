#include "tasks/metrics/response/prometheus_response.h"

#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::prometheus {

namespace {

/// [time, "value"]
Point point_of(const Json& pair) {
  if (!pair.is_array() || pair.size() != 2)
    throw base::Error("a sample is not a pair of time and value: " + base::printable(pair.dump()));
  return {.value = expect_number(pair[1]), .time = time_of_seconds(expect_number(pair[0]))};
}

Labels labels_of(const Json& series) {
  Labels labels;
  if (const Json* metric = find(series, {"metric"}); metric != nullptr && metric->is_object())
    for (const auto& [name, value] : metric->items())
      labels.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  return labels;
}

/// [time, {buckets: [[boundary rule, lower, upper, count], …]}]
experiment::BucketCounts histogram_of(const Json& pair) {
  experiment::BucketCounts counts;
  if (!pair.is_array() || pair.size() != 2)
    throw base::Error("a histogram is not a pair of time and buckets");
  const Json* buckets = find(pair[1], {"buckets"});
  if (buckets == nullptr) return counts;
  for (const Json& bucket : *buckets) {
    if (!bucket.is_array() || bucket.size() != 4) throw base::Error("a bucket does not have four members");
    counts.buckets.push_back({.lower = expect_number(bucket[1]),
                              .upper = expect_number(bucket[2]),
                              .count = static_cast<std::int64_t>(
                                  std::round(expect_count(expect_number(bucket[3]), "a bucket holds")))});
  }
  return counts;
}

Series series_of(const Json& json) {
  Series series{.labels = labels_of(json)};
  if (const Json* value = find(json, {"value"})) series.points.push_back(point_of(*value));
  if (const Json* values = find(json, {"values"}))
    for (const Json& pair : *values) series.points.push_back(point_of(pair));
  if (const Json* histogram = find(json, {"histogram"})) series.histogram = histogram_of(*histogram);
  if (const Json* histograms = find(json, {"histograms"}); histograms != nullptr && !histograms->empty())
    series.histogram = histogram_of(histograms->back());
  return series;
}

/// VictoriaMetrics has a field for it; Thanos, Mimir and Loki say it in a warning.
std::string partial_reason(const Json& json, const std::vector<std::string>& warnings) {
  if (const Json* partial = find(json, {"isPartial"}); partial != nullptr && *partial == true)
    return "the answer is partial";
  for (const std::string& warning : warnings)
    if (base::lower(warning).find("partial") != std::string::npos) return warning;
  return {};
}

}  // namespace

QueryResult parse_response(std::string_view body) {
  const Json json = parse_json(body);
  if (text_of(json, "status") != "success")
    throw base::Error("the backend says status '" + base::printable(text_of(json, "status")) + "', " +
                      base::printable(text_of(json, "errorType") + ": " + text_of(json, "error")));
  QueryResult result;
  for (const char* key : {"warnings", "infos"})
    if (const Json* notes = find(json, {key}); notes != nullptr && notes->is_array())
      for (const Json& note : *notes)
        result.warnings.push_back(base::printable(note.is_string() ? note.get<std::string>() : note.dump()));

  const std::string type = text_of(at(json, {"data"}), "resultType");
  const Json& data = at(json, {"data", "result"});
  if (type == "scalar") {
    result.series.push_back({.labels = {}, .field = {}, .points = {point_of(data)}, .histogram = {}});
  } else if (type == "vector" || type == "matrix") {
    for (const Json& series : data) result.series.push_back(series_of(series));
  } else {
    throw base::Error("expected a vector, matrix or scalar, found " + base::printable(type) +
                      (type == "streams" ? ": log lines; make a number of them with a metric query" : ""));
  }
  if (const std::string reason = partial_reason(json, result.warnings); !reason.empty())
    mark_partial(result, reason);
  return result;
}

}  // namespace iter8::tasks::metrics::prometheus
