#include "tasks/metrics/first_readings.h"

#include <algorithm>
#include <exception>

#include "base/error.h"
#include "tasks/metrics/collect.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics {

namespace {

/// "shop/orders", or "shop/orders count" of a query that is one of several.
std::string name_of(const Metric& metric, const Part& part) {
  return part.role == Role::whole ? metric.name : metric.name + " " + std::string(to_text(part.role));
}

Json version_of(const PlannedQuery& query) {
  return query.version ? Json(*query.version) : Json(nullptr);
}

/// What one planned query gave: a list with an entry for each of its parts that has to be read first.
Json read_parts(const PlannedQuery& query, QueryContext& context) {
  Json entries = Json::array();
  for (const Part& part : query.metric->parts) {
    Json entry{{"metric", name_of(*query.metric, part)}, {"version", version_of(query)}};
    if (!part.source->is_read_first()) continue;
    try {
      entry["text"] = part.source->read_first(input_of(query), context);
    } catch (const std::exception& error) {
      entry["problem"] = context.secrets.mask(error.what());
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

EarlierReading reading_of(const Json& entries, const std::string& name, const Json& version) {
  for (const Json& entry : entries) {
    if (entry.at("metric") != name || entry.at("version") != version) continue;
    return {.text = text_of(entry, "text"), .problem = text_of(entry, "problem")};
  }
  return {.text = {}, .problem = "the query was not asked"};
}

}  // namespace

std::optional<std::string> read_first(const std::vector<PlannedQuery>& queries,
                                      const experiment::Context& context, const web::RetryPolicy& retry,
                                      int concurrency) {
  const auto is_read_first = [](const Part& part) { return part.source->is_read_first(); };
  if (std::ranges::none_of(queries, [&](const PlannedQuery& query) {
        return std::ranges::any_of(query.metric->parts, is_read_first);
      }))
    return std::nullopt;
  std::vector<Json> parts(queries.size());
  for_each_query(
      queries.size(), context, retry, concurrency,
      [&](std::size_t i, QueryContext& query_context) { parts[i] = read_parts(queries[i], query_context); });
  Json all = Json::array();
  for (const Json& each : parts)
    for (const Json& entry : each) all.push_back(entry);
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void apply_first(const experiment::FirstReading& reading, std::vector<PlannedQuery>& queries) {
  const Json entries = parse_json(reading.text);
  try {
    for (PlannedQuery& query : queries) {
      const auto is_own = [&](const Json& entry) {
        return entry.at("version") == version_of(query) &&
               std::ranges::any_of(query.metric->parts, [&](const Part& part) {
                 return entry.at("metric") == name_of(*query.metric, part);
               });
      };
      if (std::ranges::none_of(entries, is_own)) continue;
      for (const Part& part : query.metric->parts)
        query.first.push_back(reading_of(entries, name_of(*query.metric, part), version_of(query)));
      query.window.start = std::min(reading.time, query.window.end);
    }
  } catch (const Json::exception& error) {
    throw base::Error(std::string("the first reading in the result cannot be read: ") + error.what());
  }
}

}  // namespace iter8::tasks::metrics
