#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::dynatrace {

namespace {

struct Options {
  std::optional<TemplateText> url;
  std::string token;
  CallOptions call;
};

struct Query {
  std::optional<TemplateText> query;
  std::optional<TemplateText> entities;
  std::string resolution = "Inf";
};

class DynatraceSource final : public HttpSource {
 public:
  DynatraceSource(Options options, Query query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override;
  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;
  std::optional<web::Request> next_page(const web::Request& first, const std::string& body) const override;

 private:
  Options options_;
  Query query_;
};

web::Request DynatraceSource::build_request(const QueryInput& input,
                                            const std::filesystem::path& directory) const {
  web::Request request = request_to(options_.url, options_.call, "/api/v2/metrics/query", input, directory);
  request.headers.emplace_back("Authorization", "Api-Token " + options_.token);
  add_parameters(request, {{"metricSelector", query_text(input)},
                           {"resolution", query_.resolution},
                           {"from", std::to_string(unix_milliseconds(input.window.start))},
                           {"to", std::to_string(unix_milliseconds(input.window.end))}});
  if (query_.entities) add_parameters(request, {{"entitySelector", render(query_.entities, input)}});
  return request;
}

/// {"dimensionMap": {"version": "stable"}, "timestamps": [1700000000000], "values": [12.5]}
Series series_of(const Json& data) {
  Series series;
  if (const Json* dimensions = find(data, {"dimensionMap"}); dimensions != nullptr && dimensions->is_object())
    for (const auto& [key, value] : dimensions->items())
      series.labels.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  const Json* times = find(data, {"timestamps"});
  const Json* values = find(data, {"values"});
  if (times == nullptr || values == nullptr || !times->is_array() || !values->is_array() ||
      times->size() != values->size())
    throw base::Error("a series of the answer has no matching 'timestamps' and 'values'");
  for (std::size_t i = 0; i < values->size(); ++i) {
    if ((*values)[i].is_null()) continue;  // an interval without data
    std::optional<base::WallTime> time;
    if ((*times)[i].is_number_integer())
      time = base::WallTime(std::chrono::milliseconds((*times)[i].get<std::int64_t>()));
    series.points.push_back({expect_number((*values)[i]), time});
  }
  return series;
}

void add_warnings(const Json& from, std::vector<std::string>& warnings) {
  const Json* list = find(from, {"warnings"});
  if (list == nullptr || !list->is_array()) return;
  for (const Json& warning : *list)
    if (warning.is_string()) warnings.push_back(base::printable(warning.get<std::string>()));
}

QueryResult DynatraceSource::parse(const std::string& body, const std::stop_token&) const {
  const Json document = parse_json(body);
  if (const Json* error = find(document, {"error"}); error != nullptr)
    throw base::Error("Dynatrace says: " + base::printable(text_of(*error, "message")));
  const Json* results = find(document, {"result"});
  if (results == nullptr || !results->is_array()) throw base::Error("the answer has no list 'result'");
  QueryResult result;
  add_warnings(document, result.warnings);
  for (const Json& entry : *results) {
    add_warnings(entry, result.warnings);
    const Json* data = find(entry, {"data"});
    if (data == nullptr || !data->is_array()) throw base::Error("a result of the answer has no list 'data'");
    for (const Json& each : *data) result.series.push_back(series_of(each));
  }
  return result;
}

/// A page is asked for by its key alone: any other parameter is refused.
std::optional<web::Request> DynatraceSource::next_page(const web::Request& first,
                                                       const std::string& body) const {
  const Json document = parse_json(body);
  const Json* key = find(document, {"nextPageKey"});
  if (key == nullptr || !key->is_string()) return std::nullopt;
  web::Request next = first;
  next.url.resize(std::min(next.url.size(), next.url.find('?')));
  add_parameters(next, {{"nextPageKey", key->get<std::string>()}});
  return next;
}

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>().optional("token", &Options::token, "API token with the scope metrics.read");
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("query", &Query::query, "Metric selector")
          .optional("entitySelector", &Query::entities, "Which entities count")
          .optional("resolution", &Query::resolution,
                    "Inf makes one number of the window; a time, such as 1m, one a step");
  return fields;
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  if (options.token.empty()) location.report("missing key 'token'");
  location.context.secrets.add(options.token);
  return std::make_unique<DynatraceSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>("dynatrace", "Dynatrace metrics API v2", make_source);
}

}  // namespace iter8::tasks::metrics::dynatrace
