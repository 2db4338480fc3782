#include "tasks/metrics/response/reading.h"

#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/number.h"
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

std::string unknown_growth(const Series& series, double first) {
  return "the first reading of " + to_text(series.labels) + " is " + base::shortest(first) +
         ", so that it is not known by how much it grew";
}

bool is_other_process(const Reading& first, const Reading& last) {
  return first.process_start && last.process_start &&
         std::fabs(*first.process_start - *last.process_start) > kSameStart;
}

}  // namespace

std::string to_text(const Reading& reading) {
  Json series = Json::array();
  for (const Series& each : reading.series) {
    const double value = value_of(each);
    const Json written = std::isfinite(value) ? Json(value) : Json(base::shortest(value));
    series.push_back({{"field", each.field}, {"labels", each.labels}, {"value", written}});
  }
  Json document{{"time", std::chrono::floor<milliseconds>(reading.time).time_since_epoch().count()},
                {"type", reading.type},
                {"series", std::move(series)}};
  if (reading.process_start && std::isfinite(*reading.process_start))
    document["processStart"] = *reading.process_start;
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
      series.points.push_back({.value = expect_number(each.at("value")), .time = {}});
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
  SeriesIndex earlier;    // of several that are the same, each is given once
  for (std::size_t place = 0; place < first.series.size(); ++place) earlier.add(first.series[place], place);
  for (const Series& series : last.series) {
    const auto place = earlier.take(first.series, series.labels, series.field);
    before.push_back(place ? std::optional(value_of(first.series[*place])) : std::nullopt);
    if (before.back() && std::isfinite(*before.back()) && value_of(series) < *before.back())
      anew.insert(group_of(series));
  }
  std::string unknown;  // why the growth of a series is
  const bool all_anew = is_other_process(first, last) && !first.series.empty();
  for (std::size_t i = 0; i < last.series.size(); ++i) {
    Series grown = last.series[i];
    const bool is_anew = all_anew || (!anew.empty() && anew.contains(group_of(grown)));
    const double start = is_anew ? 0 : before[i].value_or(0);
    const double increase = std::isfinite(start) ? value_of(grown) - start : std::nan("");
    if (!std::isfinite(start) && unknown.empty()) unknown = unknown_growth(grown, start);
    grown.points = {{.value = increase, .time = {}}};
    grown.adds_up = true;
    result.series.push_back(std::move(grown));
  }
  if (all_anew || !anew.empty()) result.warnings.emplace_back(kReset);
  if (!unknown.empty()) result.warnings.push_back(std::move(unknown));
  if (result.series.empty() && last.is_known)
    result.series.push_back(
        {.labels = {}, .field = {}, .points = {{.value = 0, .time = {}}}, .adds_up = true});
  return result;
}

}  // namespace iter8::tasks::metrics
