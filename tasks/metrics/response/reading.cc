#include "tasks/metrics/response/reading.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics {

namespace {

using std::chrono::milliseconds;

/// Processes say when they began to some 10 ms.
constexpr double kSameStart = 1;  // seconds
constexpr const char* kReset =
    "a counter began anew between the two readings (was the application restarted, or another instance "
    "read?): "
    "what it had counted before is lost";

double value_of(const Series& series) {
  return series.points.empty() ? std::nan("") : series.points.back().value;
}

/// The labels without that of a histogram's buckets.
Labels group_of(const Series& series) {
  Labels labels = series.labels;
  std::erase_if(labels, [](const auto& label) { return label.first == "le"; });
  return labels;
}

/// The numbers of a reading by their series.
class Earlier {
 public:
  explicit Earlier(const Reading& reading) {
    for (const Series& series : reading.series)
      values_.emplace(std::pair(series.field, series.labels), value_of(series));
  }

  /// Of the same series. Where there are several, each is given once.
  std::optional<double> take(const Series& series) {
    const auto found = values_.lower_bound({series.field, series.labels});
    if (found == values_.end() || found->first != std::pair(series.field, series.labels)) return std::nullopt;
    const double value = found->second;
    values_.erase(found);
    return value;
  }

 private:
  std::multimap<std::pair<std::string, Labels>, double> values_;
};

bool is_other_process(const Reading& first, const Reading& last) {
  return first.process_start && last.process_start &&
         std::fabs(*first.process_start - *last.process_start) > kSameStart;
}

}  // namespace

std::string to_text(const Reading& reading) {
  Json series = Json::array();
  for (const Series& each : reading.series) {
    const double value = value_of(each);
    if (!std::isfinite(value)) continue;
    series.push_back({{"field", each.field}, {"labels", each.labels}, {"value", value}});
  }
  Json document{{"time", std::chrono::floor<milliseconds>(reading.time).time_since_epoch().count()},
                {"type", reading.type},
                {"series", std::move(series)}};
  if (reading.process_start) document["processStart"] = *reading.process_start;
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Reading parse_reading(std::string_view text) {
  const Json document = parse_json(text);
  try {
    Reading reading{.time = base::WallTime(milliseconds(document.at("time").get<std::int64_t>())),
                    .type = document.at("type").get<std::string>()};
    if (const auto start = document.find("processStart"); start != document.end())
      reading.process_start = start->get<double>();
    for (const Json& each : document.at("series")) {
      Series series{.labels = each.at("labels").get<Labels>(), .field = each.at("field").get<std::string>()};
      series.points.push_back({.value = each.at("value").get<double>(), .time = {}});
      reading.series.push_back(std::move(series));
    }
    return reading;
  } catch (const Json::exception& error) {
    throw base::Error(std::string("the first reading in the result cannot be read: ") + error.what());
  }
}

QueryResult growth(const Reading& first, const Reading& last) {
  QueryResult result;
  std::vector<std::optional<double>> before;
  std::set<Labels> anew;  // groups that counted anew
  Earlier earlier(first);
  for (const Series& series : last.series) {
    before.push_back(earlier.take(series));
    if (before.back() && value_of(series) < *before.back()) anew.insert(group_of(series));
  }
  const bool all_anew = is_other_process(first, last) && !first.series.empty();
  for (std::size_t i = 0; i < last.series.size(); ++i) {
    Series grown = last.series[i];
    const bool is_anew = all_anew || anew.contains(group_of(grown));
    grown.points = {{.value = value_of(grown) - (is_anew ? 0 : before[i].value_or(0)), .time = {}}};
    grown.adds_up = true;
    result.series.push_back(std::move(grown));
  }
  if (all_anew || !anew.empty()) result.warnings.emplace_back(kReset);
  if (result.series.empty() && last.is_known)
    result.series.push_back(
        {.labels = {}, .field = {}, .points = {{.value = 0, .time = {}}}, .adds_up = true});
  return result;
}

}  // namespace iter8::tasks::metrics
