#include <array>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::datadog {

enum class Api { v1, v2 };

}  // namespace iter8::tasks::metrics::datadog

namespace iter8::config {

template <>
struct Choices<tasks::metrics::datadog::Api> {
  using enum tasks::metrics::datadog::Api;
  static constexpr std::array names{std::pair{"v1", v1}, std::pair{"v2", v2}};
};

}  // namespace iter8::config

namespace iter8::tasks::metrics::datadog {

namespace {

struct Options {
  std::string site = "datadoghq.com";
  std::optional<TemplateText> url;
  std::string api_key;
  std::string application_key;
  Api api = Api::v1;
  CallOptions call;
};

struct Query {
  std::optional<TemplateText> query;
  std::string aggregator = "avg";
};

class DatadogSource final : public HttpSource {
 public:
  DatadogSource(Options options, Query query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override;
  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;

 private:
  void ask_scalar(const QueryInput& input, web::Request& request) const;

  Options options_;
  Query query_;
};

web::Request DatadogSource::build_request(const QueryInput& input,
                                          const std::filesystem::path& directory) const {
  const bool v1 = options_.api == Api::v1;
  web::Request request = request_to(options_.url, options_.call,
                                    v1 ? "/api/v1/query" : "/api/v2/query/scalar", input, directory);
  request.headers.emplace_back("DD-API-KEY", options_.api_key);
  request.headers.emplace_back("DD-APPLICATION-KEY", options_.application_key);
  if (v1)
    add_parameters(request, {{"from", std::to_string(unix_milliseconds(input.window.start) / 1000)},
                             {"to", std::to_string(unix_milliseconds(input.window.end) / 1000)},
                             {"query", query_text(input)}});
  else
    ask_scalar(input, request);
  return request;
}

void DatadogSource::ask_scalar(const QueryInput& input, web::Request& request) const {
  const Json query = {{"data_source", "metrics"},
                      {"name", "a"},
                      {"query", query_text(input)},
                      {"aggregator", query_.aggregator}};
  const Json attributes = {{"from", unix_milliseconds(input.window.start)},
                           {"to", unix_milliseconds(input.window.end)},
                           {"queries", Json::array({query})},
                           {"formulas", Json::array({Json{{"formula", "a"}}})}};
  const Json data = {{"type", "scalar_request"}, {"attributes", attributes}};
  request.method = "POST";
  set_body(request, Json{{"data", data}}.dump(), "application/json");
}

/// {"series": [{"tag_set": ["version:stable"],
///              "pointlist": [[1700000000000.0, 12.5], [1700000020000.0, null]]}]}
QueryResult parse_series(const Json& body) {
  QueryResult result;
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
    result.series.push_back(std::move(series));
  }
  return result;
}

/// A row is a series:
/// {"data": {"attributes": {"columns": [
///   {"type": "group", "name": "version", "values": [["stable"], ["candidate"]]},
///   {"type": "number", "name": "a", "values": [12.5, null]}]}}}
QueryResult parse_scalars(const Json& body) {
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

QueryResult DatadogSource::parse(const std::string& body, const std::stop_token&) const {
  const Json document = parse_json(body);
  if (const Json* error = find(document, {"error"});
      error != nullptr && error->is_string() && !error->get_ref<const std::string&>().empty())
    throw base::Error("Datadog says: " + base::printable(error->get<std::string>()));
  if (const Json* errors = find(document, {"errors"}); errors != nullptr && !errors->empty())
    throw base::Error("Datadog says: " +
                      base::printable(errors->is_string() ? errors->get<std::string>() : errors->dump()));
  if (const std::string status = text_of(document, "status"); !status.empty() && status != "ok")
    throw base::Error("Datadog says: status " + base::printable(status));
  return options_.api == Api::v1 ? parse_series(document) : parse_scalars(document);
}

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>()
          .optional("site", &Options::site,
                    "Datadog site, such as datadoghq.eu; without url, requests go to https://api.SITE")
          .optional("apiKey", &Options::api_key, "API key")
          .optional("applicationKey", &Options::application_key, "Application key")
          .optional("api", &Options::api, "v1 (time series) or v2 (one number, computed by Datadog)");
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields = config::Fields<Query>{}
                                 .optional("query", &Query::query,
                                           "Metric query, such as sum:shop.orders{version:stable}.as_count()")
                                 .optional("aggregator", &Query::aggregator,
                                           "v2: how the window becomes one number: avg, min, max, sum, last, "
                                           "percentile, mean, l2norm, area");
  return fields;
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  require_text(query.query, "query", location);
  if (options.api_key.empty()) location.report("missing key 'apiKey'");
  if (options.application_key.empty()) location.report("missing key 'applicationKey'");
  location.context.secrets.add(options.api_key);
  location.context.secrets.add(options.application_key);
  Options complete = options;
  if (!complete.url)
    complete.url = TemplateText{config::Template::literal("https://api." + options.site), {}};
  return std::make_unique<DatadogSource>(std::move(complete), query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>("datadog", "Datadog metric queries, API v1 or v2", make_source);
}

}  // namespace iter8::tasks::metrics::datadog
