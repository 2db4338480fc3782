#include <array>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/backend.h"
#include "tasks/metrics/json.h"
#include "tasks/metrics/providers.h"

namespace iter8::tasks::metrics {

enum class DatadogApi { v1, v2 };

}  // namespace iter8::tasks::metrics

namespace iter8::config {

template <>
struct Choices<tasks::metrics::DatadogApi> {
  using enum tasks::metrics::DatadogApi;
  static constexpr std::array names{std::pair{"v1", v1}, std::pair{"v2", v2}};
};

}  // namespace iter8::config

namespace iter8::tasks::metrics {

namespace {

struct DatadogOptions {
  std::string site = "datadoghq.com";
  std::optional<TemplateText> url;
  std::string api_key;
  std::string application_key;
  DatadogApi api = DatadogApi::v1;
  CallOptions call;
};

struct DatadogQuery {
  std::optional<TemplateText> query;
  std::string aggregator = "avg";
};

class DatadogSource final : public HttpSource {
 public:
  DatadogSource(DatadogOptions options, DatadogQuery query)
      : options_(std::move(options)), query_(std::move(query)) {}

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override;
  Answer answer(const std::string& body, const QueryInput& input, const std::stop_token& stop) const override;

 private:
  void ask_scalar(const QueryInput& input, web::Request& request) const;

  DatadogOptions options_;
  DatadogQuery query_;
};

web::Request DatadogSource::request(const QueryInput& input, const std::filesystem::path& directory) const {
  const bool v1 = options_.api == DatadogApi::v1;
  web::Request request = request_to(options_.url, options_.call,
                                    v1 ? "/api/v1/query" : "/api/v2/query/scalar", input, directory);
  request.headers.emplace_back("DD-API-KEY", options_.api_key);
  request.headers.emplace_back("DD-APPLICATION-KEY", options_.application_key);
  if (v1)
    add_parameters(request, {{"from", std::to_string(unix_milliseconds(input.window.start) / 1000)},
                             {"to", std::to_string(unix_milliseconds(input.window.end) / 1000)},
                             {"query", text(input)}});
  else
    ask_scalar(input, request);
  return request;
}

void DatadogSource::ask_scalar(const QueryInput& input, web::Request& request) const {
  const Json query = {
      {"data_source", "metrics"}, {"name", "a"}, {"query", text(input)}, {"aggregator", query_.aggregator}};
  const Json attributes = {{"from", unix_milliseconds(input.window.start)},
                           {"to", unix_milliseconds(input.window.end)},
                           {"queries", Json::array({query})},
                           {"formulas", Json::array({Json{{"formula", "a"}}})}};
  const Json data = {{"type", "scalar_request"}, {"attributes", attributes}};
  request.method = "POST";
  set_body(request, Json{{"data", data}}.dump(), "application/json");
}

/// {"series": [{"tag_set": ["version:stable"], "pointlist": [[1700000000000.0, 12.5], [1700000020000.0,
/// null]]}]}
Answer series_answer(const Json& body) {
  Answer answer;
  const Json* all = find(body, {"series"});
  if (all == nullptr || !all->is_array()) throw base::Error("the answer has no list 'series'");
  for (const Json& each : *all) {
    Series series;
    if (const Json* tags = find(each, {"tag_set"}); tags != nullptr && tags->is_array())
      for (const Json& tag : *tags) {
        const std::string text = tag.is_string() ? tag.get<std::string>() : tag.dump();
        const auto colon = text.find(':');
        series.labels.emplace_back(text.substr(0, colon),
                                   colon == std::string::npos ? "" : text.substr(colon + 1));
      }
    const Json* points = find(each, {"pointlist"});
    if (points == nullptr || !points->is_array())
      throw base::Error("a series of the answer has no 'pointlist'");
    for (const Json& point : *points) {
      if (!point.is_array() || point.size() != 2 || !point[0].is_number())
        throw base::Error("a point of the answer is not [time, value]: " + point.dump());
      if (point[1].is_null()) continue;  // an interval without data
      const auto time = std::chrono::milliseconds(static_cast<std::int64_t>(point[0].get<double>()));
      series.points.push_back({expect_number(point[1]), base::WallTime(time)});
    }
    answer.series.push_back(std::move(series));
  }
  return answer;
}

/// {"data": {"attributes": {"columns": [{"type": "group", "name": "version", "values": [["stable"],
/// ["candidate"]]},
/// {"type": "number", "name": "a", "values": [12.5, null]}]}}}: a row is a series.
Answer scalar_answer(const Json& body) {
  const Json* columns = find(body, {"data", "attributes", "columns"});
  if (columns == nullptr || !columns->is_array())
    throw base::Error("the answer has no 'data.attributes.columns'");
  std::vector<Series> rows;
  for (const Json& column : *columns) {
    const Json* values = find(column, {"values"});
    if (values == nullptr || !values->is_array()) throw base::Error("a column of the answer has no 'values'");
    if (rows.size() < values->size()) rows.resize(values->size());
    for (std::size_t row = 0; row < values->size(); ++row) {
      const Json& cell = (*values)[row];
      if (text_of(column, "type") == "group") {
        const Json& first = cell.is_array() && !cell.empty() ? cell[0] : cell;
        rows[row].labels.emplace_back(text_of(column, "name"),
                                      first.is_string() ? first.get<std::string>() : first.dump());
      } else if (!cell.is_null()) {
        rows[row].points.push_back({expect_number(cell), std::nullopt});
      }
    }
  }
  return {.series = std::move(rows), .warnings = {}};
}

Answer DatadogSource::answer(const std::string& body, const QueryInput&, const std::stop_token&) const {
  const Json answer = json_of(body);
  if (const Json* error = find(answer, {"error"}); error != nullptr && error->is_string() && *error != "")
    throw base::Error("Datadog says: " + base::printable(error->get<std::string>()));
  if (const Json* errors = find(answer, {"errors"}); errors != nullptr && !errors->empty())
    throw base::Error("Datadog says: " +
                      base::printable(errors->is_string() ? errors->get<std::string>() : errors->dump()));
  return options_.api == DatadogApi::v1 ? series_answer(answer) : scalar_answer(answer);
}

const config::Fields<DatadogOptions>& fields_of(const DatadogOptions*) {
  static const auto fields =
      backend_fields<DatadogOptions>()
          .optional("site", &DatadogOptions::site,
                    "Datadog site, such as datadoghq.eu; without url, requests go to https://api.SITE")
          .optional("apiKey", &DatadogOptions::api_key, "API key")
          .optional("applicationKey", &DatadogOptions::application_key, "Application key")
          .optional("api", &DatadogOptions::api, "v1 (time series) or v2 (one number, computed by Datadog)");
  return fields;
}

const config::Fields<DatadogQuery>& fields_of(const DatadogQuery*) {
  static const auto fields = config::Fields<DatadogQuery>{}
                                 .optional("query", &DatadogQuery::query,
                                           "Metric query, such as sum:shop.orders{version:stable}.as_count()")
                                 .optional("aggregator", &DatadogQuery::aggregator,
                                           "v2: how the window becomes one number: avg, min, max, sum, last, "
                                           "percentile, mean, l2norm, area");
  return fields;
}

std::unique_ptr<Source> make(const DatadogOptions& options, const DatadogQuery& query,
                             const SourceLocation& place) {
  expect_text(query.query, "query", place);
  if (options.api_key.empty()) place.object("missing key 'apiKey'");
  if (options.application_key.empty()) place.object("missing key 'applicationKey'");
  place.context.secrets.add(options.api_key);
  place.context.secrets.add(options.application_key);
  DatadogOptions complete = options;
  if (!complete.url)
    complete.url = TemplateText{config::Template::literal("https://api." + options.site), {}};
  return std::make_unique<DatadogSource>(std::move(complete), query);
}

}  // namespace

Provider datadog_provider() {
  return provider<DatadogOptions, DatadogQuery>("datadog", "Datadog metric queries, API v1 or v2", make);
}

}  // namespace iter8::tasks::metrics
